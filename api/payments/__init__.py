"""Paying for appointments, and sending money back."""
