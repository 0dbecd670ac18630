"""Background work on a queue in the database."""
