"""Files that the broker's plugin reads: replaced in one step, given to the broker's own account."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

JOURNAL = "revoked.log"


class BrokerFolder:
    """A folder of accounts, with the journal of those that must be disconnected."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; made when it is missing."""
        self.path = folder
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._give_to_broker(folder)

    def lines(self, path: Path) -> list[str]:
        """Lines of an account; none where there is no file."""
        try:
            return path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return []

    def write(self, path: Path, lines: Collection[str]) -> None:
        """Replace a file in one step: the broker reads the old account or the new one."""
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            self._give_to_broker(path.parent)
        # A name per process: two writers of one account must not share a half-written file.
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
        self._give_to_broker(partial)
        partial.replace(path)

    def disconnect(self, ids: Sequence[UUID]) -> None:
        """Tell the plugin whom to disconnect. It grows by 37 bytes each time and is never cut."""
        path = self.path / JOURNAL
        new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if new:
                self._give_to_broker(path)
            size = os.fstat(descriptor).st_size
            # A writer that died in the middle of a line must not spoil the one after it.
            halved = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            text = ("\n" if halved else "") + "".join(f"{one}\n" for one in ids)
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def _give_to_broker(self, path: Path) -> None:
        """Give a file to the broker's account, the owner of the folder; only root can and must."""
        if os.geteuid() == 0:
            owner = self.path.parent.stat() if path == self.path else self.path.stat()
            os.chown(path, owner.st_uid, owner.st_gid)
