"""Shared vocabulary: metrics, topics, payloads, times, reasons. No I/O."""
