"""How a language model is reached; kept apart from its client, which is slow to import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeminiSettings:
    """How Gemini is reached."""

    key: str
    model: str
    base_url: str = ""
    timeout_seconds: float = 20.0
    """For one request, and between two pieces of a stream."""
    total_seconds: float = 45.0
    """For everything that one answer takes."""
    attempts: int = 3
    backoff_seconds: float = 0.5
    output_tokens: int = 1_500
