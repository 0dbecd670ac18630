"""Jobs of the queue that failed for good."""
