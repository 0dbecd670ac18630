"""Hospitals and clinics, and their own systems."""
