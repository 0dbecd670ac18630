"""Alarms: the list, one with its steps, and acknowledging."""
