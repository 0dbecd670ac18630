"""Assistants that answer questions: on this machine, or by Google's Gemini."""
