"""Trends, time in range, rhythms, milestones and what may be said about them; no I/O."""
