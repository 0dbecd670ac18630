"""Who somebody is stays here: names and ways to reach people are taken out of every text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from storage.queries.assistant import Background

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().-]?\d){8,14}(?![\w])")
_URL: Final = re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[\w'-]+ ){0,4}(?:street|st\.|road|rd\.|avenue|ave\.|lane|drive|close"
    r"|boulevard)\b|\b\d{1,5}(?: ?bis)?,? (?:rue|avenue|boulevard|chemin|place|impasse)"
    r" [\w' -]{2,40}|\bP\.? ?O\.? Box \d+\b|\b[A-Z]{2}-\d{3,4}-\d{4}\b",
    re.IGNORECASE,
)
_LEAST_NAME: Final = 2


class Scrub:
    """Takes out what points to one person, and every e-mail address, number and address."""

    def __init__(self, person: Background) -> None:
        """Know whose names and contacts must not go out."""
        words = {word for name in person.names for word in re.split(r"[\s@]+", name)}
        names = sorted((w for w in words if len(w) >= _LEAST_NAME), key=len, reverse=True)
        self._names = (
            re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)
            if names
            else None
        )
        self._contacts = [one for one in person.contacts if one]

    def text(self, text: str) -> str:
        """The same text without them."""
        for contact in self._contacts:
            text = text.replace(contact, "[contact]")
        text = _EMAIL.sub("[e-mail]", text)
        text = _URL.sub("[link]", text)
        text = _PHONE.sub("[number]", text)
        text = _ADDRESS.sub("[address]", text)
        return text if self._names is None else self._names.sub("[name]", text)

    def data(self, found: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """The same for every text in data, but not for the names of fields."""
        if isinstance(found, str):
            return self.text(found)
        if isinstance(found, Mapping):
            return {name: one if name in _IDS else self.data(one) for name, one in found.items()}
        if isinstance(found, Sequence):
            return [self.data(one) for one in found]
        return found


_IDS: Final = frozenset(
    {
        *("provider_id", "starts_at", "measured_at", "started_at", "first_day", "last_day"),
        *("hour", "now", "metric", "unit"),
    }
)
"""Fields of our own making: ids, times and codes."""
