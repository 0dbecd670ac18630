"""The commands of `jeg eval`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Judge the engine on recordings of real patients, simulated wards and phrasings.",
    no_args_is_help=True,
    add_completion=False,
)

Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


@app.callback()
def evaluate() -> None:
    """Judge the engine on recordings; none of them is shipped."""


@app.command()
def alarms(
    data: Annotated[
        Path, typer.Option(help="Folder of recordings (*_Numerics.csv), or one that has bidmc/.")
    ],
    json: Json = None,
    seed: Annotated[int, typer.Option(min=0, max=10**9, help="Which ward is simulated.")] = 1,
    hours: Annotated[
        float, typer.Option(min=1.0, max=168.0, help="For how long the ward is played.")
    ] = 24.0,
) -> None:
    """Count alarms of the engine, of bare limits and of limits with 15 s, and what was missed.

    On recordings of intensive care, which have no labels, and on a simulated ward of forty, which
    has the truth: sensitivity, delay, alarms a patient-day and the share that needed somebody.
    """
    from benchmarks.eval.alarms.command import run  # noqa: PLC0415 - loaded when asked for
    from simulators.replay import ReplayError  # noqa: PLC0415

    try:
        typer.echo(run(data, json, seed, hours))
    except ReplayError as error:
        typer.echo(f"jeg: {error}", err=True)
        raise typer.Exit(1) from error


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


@app.command("red-flags")
def red_flags(json: Json = None) -> None:
    """Count red flags found and missed in the project's own phrasings, and false ones.

    For each split (tuned on, held out, written afterwards) and language, with 95 % intervals.
    """
    from benchmarks.eval.red_flags import run  # noqa: PLC0415 - loaded when asked for

    typer.echo(run(json))
