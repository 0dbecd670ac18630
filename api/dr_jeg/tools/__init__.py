"""What the assistant can look up or propose, for its caller alone."""
