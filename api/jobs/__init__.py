"""Work that the caller waits for: how far it is, and what it came to."""
