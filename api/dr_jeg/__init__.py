"""The assistant: conversations about one's own health data."""
