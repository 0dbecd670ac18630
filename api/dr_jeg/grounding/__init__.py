"""Every number of an answer comes from something that was looked up, or the answer is not shown."""
