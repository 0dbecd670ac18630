"""The commands of `jeg eval`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Judge the engine on recordings of real patients.",
    no_args_is_help=True,
    add_completion=False,
)

Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


@app.callback()
def evaluate() -> None:
    """Judge the engine on recordings; none of them is shipped."""


@app.command()
def deterioration(
    data: Annotated[
        Path, typer.Option(help="Hourly stays with labels, in the form of hospital_A.npz.")
    ],
    json: Json = None,
    scores: Annotated[
        Path | None, typer.Option(help="Write the score of every row to this .npy file.")
    ] = None,
) -> None:
    """Replay stays hour by hour through the deterioration score, and beside it NEWS2 and others.

    Patients of the recording that the weights come from are each scored by the member that was
    trained without them; those of any other hospital by all members together.
    """
    from analytics.training.stays import RecordingError  # noqa: PLC0415 - loaded when asked for
    from benchmarks.eval.deterioration import run  # noqa: PLC0415

    try:
        typer.echo(run(data, json, scores))
    except RecordingError as error:
        typer.echo(f"jeg: {error}", err=True)
        raise typer.Exit(1) from error
