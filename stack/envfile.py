"""`.jeg/env`: the secrets of this stack, made once, and its addresses, for programs run by hand."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from stack.services.place import write_private

SECRET_KEY = "JEG_SECRET_KEY"  # noqa: S105  # the name of a variable


def read_env(path: Path) -> dict[str, str]:
    """Read NAME=value lines; none when there is no such file. Comments and rubbish are skipped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Write the file in one step, readable by its owner alone."""
    head = "# Made by `jeg up`. Secrets: readable by you alone, never to be committed.\n"
    body = "".join(f"{name}={value}\n" for name, value in values.items())
    write_private(path, head + body)


def secret_key(path: Path) -> str:
    """Return the key that signs tokens; made (and kept) when there is none yet."""
    known = read_env(path)
    if not known.get(SECRET_KEY):
        known[SECRET_KEY] = secrets.token_urlsafe(48)
        write_env(path, known)
    return known[SECRET_KEY]
