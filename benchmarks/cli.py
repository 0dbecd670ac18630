"""The commands of `jeg bench`."""

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Measure, each figure beside a baseline in the same run.", no_args_is_help=True
)

Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


@app.callback()
def bench() -> None:
    """Measure on a private broker and database; stop everything else on the machine first."""


@app.command()
def ingest(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="Only the rates, once each.")] = False,
) -> None:
    """Messages and readings a second, CPU a message, delay, partition groups."""
    from benchmarks.ingest import DEVICES, measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415
    from benchmarks.stage import stage  # noqa: PLC0415

    figures: dict[str, Any]
    with stage(DEVICES) as ready:
        figures = measure(ready, 1 if quick else 3, quick=quick)
    write(figures, json)
