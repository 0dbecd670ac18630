"""Observations that clinicians record at the bedside."""
