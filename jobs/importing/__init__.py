"""Imports of files of readings: CSV, and what Apple Health exports."""
