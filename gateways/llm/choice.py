"""Which assistant the settings choose: Gemini where there is a key, else the local one."""

from gateways.llm.dialogue import Assistant
from gateways.llm.local import LocalAssistant
from gateways.llm.settings import GeminiSettings


def assistant(settings: GeminiSettings) -> Assistant:
    """Make the assistant; nothing is connected.

    The client of Gemini takes seconds to import: only who has a key pays for it.
    """
    if not settings.key:
        return LocalAssistant()
    from gateways.llm.gemini import Gemini  # noqa: PLC0415

    return Gemini(settings)
