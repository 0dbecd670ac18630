"""Queries by area."""
