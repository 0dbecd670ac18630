"""Device accounts of the broker: who may connect with which key, effective at once.

The broker's plugin (broker/plugin/jeg_accounts.c) looks a device up in a file of its own when it
connects; this writes those files. They are copies of what the database holds: a file lost in a
crash comes back with the next `gateways.account_sync.reconcile`, which is why nothing here waits
for the disk.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from gateways.broker_files import BrokerFolder

SHA256_BYTES = 32
MAX_KEYS = 8
_DEVICE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BrokerAccounts(Protocol):
    """What the broker must know about devices."""

    def put(self, device_id: UUID, digests: Sequence[bytes]) -> None:
        """Let a device connect with the keys of these SHA-256 digests, and with no others.

        Whoever is connected with a key that is no longer among them is disconnected in less than
        a second. No digests at all is the same as `remove`.
        """

    def remove(self, device_id: UUID) -> None:
        """Let a device connect no more, and disconnect it in less than a second."""

    def known(self) -> set[UUID]:
        """Devices that the broker knows."""

    def differing(
        self, accounts: Iterable[tuple[UUID, Sequence[bytes]]], known: Collection[UUID]
    ) -> list[UUID]:
        """Devices of `accounts` or `known` whose account at the broker is not the one given."""


class FileBrokerAccounts:
    """Device accounts as one file each, for Mosquitto with the `jeg_accounts` plugin."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, the plugin's `accounts_dir`; made when it is missing."""
        self._folder = BrokerFolder(folder)

    def put(self, device_id: UUID, digests: Sequence[bytes]) -> None:
        """Write the account's file, and end sessions when a key was taken away.

        Raises:
            ValueError: for a digest that is not 32 bytes, or more keys than the plugin reads.
        """
        if not digests:
            self.remove(device_id)
            return
        wanted = _lines(digests)
        before = self._keys(device_id)
        if before != wanted:
            self._folder.write(self._path(device_id), sorted(wanted))
        if not before <= wanted:
            self._folder.disconnect([device_id])

    def remove(self, device_id: UUID) -> None:
        """Delete the account's file and end the device's session; an unknown device is no error."""
        self._path(device_id).unlink(missing_ok=True)
        self._folder.disconnect([device_id])

    def known(self) -> set[UUID]:
        """Devices that have a file."""
        names = (path.name for path in self._folder.path.glob("??/*"))
        return {UUID(name) for name in names if _DEVICE_ID.fullmatch(name)}

    def differing(
        self, accounts: Iterable[tuple[UUID, Sequence[bytes]]], known: Collection[UUID]
    ) -> list[UUID]:
        """Devices whose file does not hold exactly these digests, or should not be there."""
        wanted = {device_id: _lines(digests) for device_id, digests in accounts if digests}
        wrong = [one for one, lines in wanted.items() if self._keys(one) != lines]
        return wrong + [one for one in known if one not in wanted]

    def _path(self, device_id: UUID) -> Path:
        name = str(device_id)
        return self._folder.path / name[:2] / name

    def _keys(self, device_id: UUID) -> set[str]:
        return set(self._folder.lines(self._path(device_id)))


def _lines(digests: Sequence[bytes]) -> set[str]:
    if len(digests) > MAX_KEYS or any(len(digest) != SHA256_BYTES for digest in digests):
        message = f"an account has at most {MAX_KEYS} digests of {SHA256_BYTES} bytes"
        raise ValueError(message)
    return {digest.hex() for digest in digests}
