"""The course of early-warning scores, hour by hour."""
