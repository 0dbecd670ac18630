"""Appointments: booking, what follows, documents, ratings, the waiting list and calendars."""
