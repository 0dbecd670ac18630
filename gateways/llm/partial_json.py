"""One text field of a JSON object, read while the object is still being written."""

import json
import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_HIGH: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}$")


class PartialText:
    r"""Gives what is new of a field with every piece of the document.

    >>> reader = PartialText("response")
    >>> [reader.feed(piece) for piece in ('{"resp', 'onse": "A\\u00', 'e9 b', 'c\\n", "x": 1}')]
    ['', 'A', 'é b', 'c\n']
    """

    def __init__(self, field: str) -> None:
        """Name the field; it should be the first of the object."""
        self._start = re.compile(rf'"{re.escape(field)}"\s*:\s*"')
        self._document = ""
        self._at: int | None = None
        self._ended = False

    @property
    def document(self) -> str:
        """Everything that came so far."""
        return self._document

    def feed(self, piece: str) -> str:
        """Take a piece; what it adds to the field."""
        self._document += piece
        if self._ended:
            return ""
        if self._at is None:
            found = self._start.search(self._document)
            if found is None:
                return ""
            self._at = found.end()
        end = self._readable()
        raw, self._at = self._document[self._at : end], end
        try:
            return str(json.loads(f'"{raw}"', strict=False))
        except ValueError:
            self._ended = True
            return ""

    def _readable(self) -> int:
        """Where the field ends, or where an escape begins that is not whole yet."""
        at = self._at or 0
        while at < len(self._document):
            char = self._document[at]
            if char == '"':
                self._ended = True
                return at
            if char != "\\":
                at += 1
                continue
            found = _ESCAPE.match(self._document, at)
            if found is None or found[1] == "u":
                return at
            end = found.end()
            if _HIGH.search(found[0]):
                pair = _ESCAPE.match(self._document, end)
                if pair is None or pair[1] == "u":
                    return at
                end = pair.end()
            at = end
        return at
