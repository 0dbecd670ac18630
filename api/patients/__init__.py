"""Patients: registering one, and everything about one on a page."""
