"""Damage done on purpose, and what became of every message."""
