"""Devices: registering, verifying, naming, revoking, and the account of their messages."""
