"""Readings of a patient: the list, the newest of each metric, and trends."""
