"""The `jeg` command: sets up and runs every part of JEGHealth on one machine."""
