"""Accounts: registering, logging in, refreshing tokens, and one's own profile."""
