"""Logins of a demonstration, for its log-in page."""
