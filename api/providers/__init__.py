"""Providers: who they are, where they work, when they can be booked, and how they are doing."""
