"""Remembers which inputs a thing was built from, so that only new ones build it again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(files: Iterable[Path], *words: str) -> str:
    """Hash the names and contents of files, and words such as a compiler's version.

    Args:
        files: read in the order of their paths; one that is missing counts as such.
        words: anything else that the result depends on.

    Returns:
        A SHA-256 digest in hexadecimal.
    """
    state = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        state.update(f"\0{path}\0".encode())
        state.update(path.read_bytes() if path.exists() else b"missing")
    return state.hexdigest()


class Stamp:
    """A file that holds the digest of the inputs of the last complete build."""

    def __init__(self, path: Path) -> None:
        """Use the file at `path`."""
        self._path = path

    def matches(self, digest: str) -> bool:
        """Tell whether the last complete build was made from these inputs."""
        try:
            return self._path.read_text(encoding="ascii") == digest
        except FileNotFoundError:
            return False

    def write(self, digest: str) -> None:
        """Remember a complete build."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(digest, encoding="ascii")

    def clear(self) -> None:
        """Forget it, before a build begins that may not reach its end."""
        self._path.unlink(missing_ok=True)
