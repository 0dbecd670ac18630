"""Subscriber accounts of the broker: who may read which topics, and nothing else.

As `gateways.broker_accounts`, and read by the same plugin: a copy of what the database holds, in a
folder of its own, so that neither kind of account is taken for the other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from gateways.broker_accounts import SHA256_BYTES
from gateways.broker_files import BrokerFolder

FOLDER = "subscribers"
USERNAME = "sub-"
"""Begins the MQTT user name; the id follows."""
MOST_TOPICS = 32
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOPIC = re.compile(r"jeg/v1(/([A-Za-z0-9_-]+|\+))+")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a subscriber logs in with, and what it may read.

    Attributes:
        digest: SHA-256 of its password, 32 bytes.
        topics: Topics below jeg/v1, where `+` stands for any one level.

    """

    digest: bytes
    topics: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what the plugin would not read as it was meant.

        Raises:
            ValueError: for a digest of another length, no topics, too many or unsafe ones.
        """
        if len(self.digest) != SHA256_BYTES:
            message = f"a digest has {SHA256_BYTES} bytes"
            raise ValueError(message)
        if not 0 < len(self.topics) <= MOST_TOPICS or not all(map(_TOPIC.fullmatch, self.topics)):
            message = f"a subscriber reads 1 to {MOST_TOPICS} topics below jeg/v1"
            raise ValueError(message)

    def lines(self) -> list[str]:
        """Lines of its file."""
        return [self.digest.hex(), *self.topics]


class FileBrokerSubscribers:
    """Subscribers as one file each, for Mosquitto with the `jeg_accounts` plugin."""

    def __init__(self, accounts_folder: Path) -> None:
        """Use a folder below `accounts_folder`, the plugin's `accounts_dir`."""
        accounts_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = BrokerFolder(accounts_folder / FOLDER)

    def put(self, subscriber_id: UUID, grant: Grant) -> None:
        """Let a subscriber in; whoever is connected under an account that changed is put out."""
        before = self._folder.lines(self._path(subscriber_id))
        if before == grant.lines():
            return
        self._folder.write(self._path(subscriber_id), grant.lines())
        if before:
            self._folder.disconnect([subscriber_id])

    def remove(self, subscriber_id: UUID) -> None:
        """Let a subscriber in no more, and disconnect it in less than a second."""
        self._path(subscriber_id).unlink(missing_ok=True)
        self._folder.disconnect([subscriber_id])

    def differing(self, wanted: Iterable[tuple[UUID, Grant]]) -> list[UUID]:
        """Subscribers whose file is not what is wanted, or should not be there."""
        grants = dict(wanted)
        names = [path.name for path in self._folder.path.iterdir()]
        known = {UUID(name) for name in names if _ID.fullmatch(name)}
        wrong = [
            one
            for one, grant in grants.items()
            if self._folder.lines(self._path(one)) != grant.lines()
        ]
        return wrong + sorted(known - grants.keys())

    def _path(self, subscriber_id: UUID) -> Path:
        return self._folder.path / str(subscriber_id)
