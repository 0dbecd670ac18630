"""Which assistant the settings choose: Gemini where there is a key, else the local one."""

from gateways.llm.dialogue import Assistant
from gateways.llm.gemini import Gemini, GeminiSettings
from gateways.llm.local import LocalAssistant


def assistant(settings: GeminiSettings) -> Assistant:
    """Make the assistant; nothing is connected."""
    return Gemini(settings) if settings.key else LocalAssistant()
