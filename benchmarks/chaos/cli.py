"""The command `jeg chaos`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

EXIT_FAILED = 1
EXIT_USAGE = 2

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def chaos(
    *,
    to: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case; may be given again.")
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Whose turn it is when; the same for the same seed.")
    ] = 1,
    short: Annotated[bool, typer.Option("--short", help="Less load, shorter outages.")] = False,
) -> None:
    """Damage a private stack on purpose, and check what became of every message.

    Exit code 0 when every promise was kept, 1 when one was not.
    """
    from benchmarks.chaos.cases import CASES  # noqa: PLC0415 - loaded when asked for
    from benchmarks.chaos.play import play_all  # noqa: PLC0415
    from benchmarks.report import machine  # noqa: PLC0415

    unknown = set(case or ()) - CASES.keys()
    if unknown:
        typer.echo(f"no such case: {', '.join(sorted(unknown))}; there are: {', '.join(CASES)}")
        raise typer.Exit(EXIT_USAGE)
    chosen = [CASES[name] for name in case or CASES]
    results = asyncio.run(play_all(chosen, seed, short=short))
    if to is not None:
        figures = {"cases": [result.figures() for result in results]} | machine()
        to.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if not all(result.ok for result in results):
        raise typer.Exit(EXIT_FAILED)
