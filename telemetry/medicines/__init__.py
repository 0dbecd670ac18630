"""Medicines without I/O: schedules of doses, adherence, and what a catalogue warns of."""
