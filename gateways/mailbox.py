"""The local default: messages as files in a folder, for reading and never sent anywhere.

One file per message, called after its key: sent twice, it is there once.
"""

import asyncio
import datetime as dt
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from gateways.outgoing import Email, Push, Sms, WebhookCall

MOST: Final = 1_000
"""Messages that are kept; the oldest go."""
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SORTS: Final = {Email: "email", Sms: "sms", Push: "push", WebhookCall: "webhook"}
_HIDDEN: Final = frozenset({"secret", "auth", "p256dh"})

Message = Email | Sms | Push | WebhookCall


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the folder."""

    key: str
    sort: str
    at: dt.datetime
    content: dict[str, Any]


class Mailbox:
    """Messages of one stack."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made when the first message comes."""
        self._folder = folder

    async def send(self, message: Message) -> str:
        """Write it down; its key.

        Raises:
            ValueError: The key cannot be a file's name.

        """
        await asyncio.to_thread(self._write, message)
        return message.key

    async def sent_before(self, message: Message, since_ms: int) -> str | None:  # noqa: ARG002
        """Whether it is there already; the second is the first anyway."""
        return message.key if self._path(message.key).exists() else None

    def newest(self, limit: int) -> list[Kept]:
        """Messages, newest first; one that cannot be read is left out."""
        found = []
        for path in self._paths()[:limit]:
            try:
                read = json.loads(path.read_text(encoding="utf-8"))
                at = dt.datetime.fromisoformat(read["at"])
                found.append(Kept(path.stem, read["sort"], at, read["content"]))
            except (OSError, ValueError, KeyError):
                continue
        return found

    def _paths(self) -> list[Path]:
        paths = []
        for path in self._folder.glob("*.json"):
            try:
                paths.append((path.stat().st_mtime_ns, path))
            except OSError:
                continue
        return [path for _, path in sorted(paths, reverse=True)]

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            message = "a message's key is 1 to 100 letters, digits, dots and dashes"
            raise ValueError(message)
        return self._folder / f"{key}.json"

    def _write(self, message: Message) -> None:
        path = self._path(message.key)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = {n: _plain(v) for n, v in asdict(message).items() if n not in _HIDDEN}
        kept = {
            "sort": _SORTS[type(message)],
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "content": said,
        }
        partial = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=1)
        partial.replace(path)
        for old in self._paths()[MOST:]:
            old.unlink(missing_ok=True)


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
