"""Whether the process runs, and whether it can do its work."""
