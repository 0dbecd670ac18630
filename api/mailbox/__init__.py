"""Messages that a machine without mail services kept."""
