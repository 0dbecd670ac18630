"""Writes docs/reference/cli.md and settings.md from the code: `python -m stack.reference`.

A test holds both files equal to what this gives.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from stack.cli import app
from stack.folders import REPOSITORY
from stack.program_settings import SETTINGS, settings_class

FOLDER = REPOSITORY / "docs" / "reference"
REWRITE = "Written by `python -m stack.reference`; a test holds it equal to the code."


def pages() -> dict[Path, str]:
    """Return each generated page by its path."""
    return {FOLDER / "cli.md": cli_page(), FOLDER / "settings.md": settings_page()}


def cli_page() -> str:
    """Describe every command, argument and option of `jeg`."""
    root = typer.main.get_command(app)
    parts = ["# Command line", REWRITE, *_commands(root, "jeg", 0)]
    return "\n\n".join(parts) + "\n"


def _commands(command: Any, words: str, depth: int) -> Iterator[str]:  # noqa: ANN401  # typer's own
    yield f"{'#' * min(depth + 2, 4)} {words}"
    yield _text(command.help)
    rows = [_parameter(one) for one in command.params if one.name != "help"]
    if rows:
        yield "\n".join(["| argument or option | default | what it does |", "|---|---|---|", *rows])
    for name in getattr(command, "list_commands", lambda _: [])(None):
        yield from _commands(command.get_command(None, name), f"{words} {name}", depth + 1)


def _text(words: str | None) -> str:
    return "\n".join(line.strip() for line in (words or "").strip().splitlines())


def _parameter(one: Any) -> str:  # noqa: ANN401  # typer's own type
    is_option = one.param_type_name == "option"
    names = [*one.opts, *one.secondary_opts] if is_option else [one.name.upper()]
    shown = ", ".join(f"`{name}`" for name in names)
    default = "" if one.default in (None, "") else f"`{_plain(one.default)}`"
    return f"| {shown} | {default} | {getattr(one, 'help', '') or ''} |"


def _plain(value: Any) -> str:  # noqa: ANN401  # a default may be anything
    value = getattr(value, "value", value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_page() -> str:
    """Describe every environment variable of every program."""
    head = (
        "Each program reads its settings from the environment and checks them before it connects"
        " to anything. `jeg up` passes every `JEG_` variable of its own environment, and of a file"
        " `.env` in the clone, to the programs; addresses and secrets of the private services are"
        " its own to set."
    )
    parts = ["# Settings", REWRITE, head]
    for heading, module in SETTINGS.items():
        parts += [f"## {heading}", _settings_table(settings_class(module))]
    return "\n\n".join(parts) + "\n"


def _settings_table(settings: type[BaseSettings]) -> str:
    rows = [
        f"| `JEG_{name.upper()}` | {_default(info)} | {info.description or ''} |"
        for name, info in settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=False)
    if info.is_required():
        return "required"
    if isinstance(value, SecretStr):
        return "(a secret)" if value.get_secret_value() else ""
    if isinstance(value, Path) and value.is_absolute():
        value = value.relative_to(REPOSITORY)  # a page must not name the machine it was made on
    return "" if value in (None, "", ()) else f"`{_plain(value)}`"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    main()
