"""The admin panel at /admin."""
