"""What the HTTP API costs beside bare routes that ask the database the same."""
