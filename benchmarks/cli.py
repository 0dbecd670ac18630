"""The commands of `jeg bench`."""

from pathlib import Path
from typing import Annotated

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
    part: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this: rates, delay, partitions or outage (ten minutes). May be given again."
        ),
    ] = None,
) -> None:
    """Messages and readings a second, CPU a message, delay, partition groups, an outage."""
    from benchmarks.ingest import DEVICES, Part, measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415
    from benchmarks.stage import stage  # noqa: PLC0415

    try:
        parts = [Part(one) for one in part] if part else list(Part)
    except ValueError:
        message = f"one of {', '.join(Part)}"
        raise typer.BadParameter(message, param_hint="--part") from None
    with stage(DEVICES) as ready:
        figures = measure(ready, 1 if quick else 3, [Part.RATES] if quick else parts)
    write(figures, json)


@app.command()
def registration(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="Up to 1,000 devices instead of 10,000.")] = False,
) -> None:
    """Cost of registering a device, and of connecting as it, among 100, 1,000 and 10,000."""
    from benchmarks.registration import LEVELS, measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415
    from benchmarks.stage import stage  # noqa: PLC0415

    with stage(0) as ready:
        figures = measure(ready, LEVELS[:2] if quick else LEVELS)
    write(figures, json)


@app.command()
def alarms(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="100 alarms instead of 1,000.")] = False,
) -> None:
    """From a device's publication to the alarm on the stream, at 1,000 messages a second."""
    from benchmarks.alarm_delay import BACKGROUND_DEVICES, measure  # noqa: PLC0415
    from benchmarks.report import write  # noqa: PLC0415
    from benchmarks.stage import stage  # noqa: PLC0415

    with stage(BACKGROUND_DEVICES) as ready:
        figures = measure(ready, alarms=100 if quick else 1_000)
    write(figures, json)


@app.command()
def analytics(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="10,000 series once, instead of 100,000.")] = False,
) -> None:
    """Readings a second that one core judges, beside river's detectors in the same run."""
    from benchmarks.analytics import SERIES, RiverMissingError, measure  # noqa: PLC0415
    from benchmarks.report import write  # noqa: PLC0415

    try:
        figures = measure(SERIES // 10, 1) if quick else measure()
    except RiverMissingError as error:
        typer.echo(f"jeg: {error}", err=True)
        raise typer.Exit(1) from error
    write(figures, json)


@app.command("what-if")
def what_if(json: Json = None) -> None:
    """Another rule over 30 days of 20 patients at 1/min: seconds, alone and on Dask."""
    from benchmarks.report import write  # noqa: PLC0415 - loaded when asked for
    from benchmarks.stage import stage  # noqa: PLC0415
    from benchmarks.whatif import measure  # noqa: PLC0415

    with stage(0) as ready:
        figures = measure(ready)
    write(figures, json)


@app.command()
def queries(
    json: Json = None,
    *,
    rows: Annotated[
        int, typer.Option(min=100_000, help="Readings of the longer history; about.")
    ] = 50_000_000,
    quick: Annotated[bool, typer.Option(help="2.6 million readings, fewer runs.")] = False,
) -> None:
    """Board, trends and report with a year of history, and with ten."""
    from benchmarks.queries import measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415

    write(measure(2_600_000, 100) if quick else measure(rows), json)


@app.command()
def api(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="One round of 2 s instead of three of 5 s.")] = False,
) -> None:
    """Login, board, trend and a reading by hand under 50 connections, beside bare routes."""
    from benchmarks.http.measure import measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415

    write(measure(1, 2.0) if quick else measure(), json)


@app.command("import")
def import_file(
    json: Json = None,
    *,
    quick: Annotated[bool, typer.Option(help="50,000 rows instead of 500,000.")] = False,
) -> None:
    """Rows a second of a CSV file and of an Apple Health export, once and again."""
    from benchmarks.imports import ROWS, measure  # noqa: PLC0415 - loaded when asked for
    from benchmarks.report import write  # noqa: PLC0415
    from benchmarks.stage import stage  # noqa: PLC0415

    with stage(0) as ready:
        figures = measure(ready, ROWS // 10 if quick else ROWS)
    write(figures, json)
