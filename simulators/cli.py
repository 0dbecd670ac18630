"""`jeg simulate`: the demo ward, and the replay of recordings."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from simulators.replay import ReplayError
from simulators.replay.command import Request, replay
from simulators.settings import Settings, demo_ward_plays
from simulators.state import StateError
from simulators.ward import WardError
from simulators.ward import play as play_ward
from telemetry.logs import configure

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Play simulated patients, or recordings of real ones.",
)


@app.callback()
def _simulate() -> None:
    """Play simulated patients, or recordings of real ones."""


@app.command("ward")
def ward_command(
    devices: Annotated[
        Path | None, typer.Option(help="Devices of the ward; else what JEG_DEVICES_FILE names.")
    ] = None,
) -> None:
    """Play the demo ward: a month of history once, then live vitals until Ctrl-C."""
    settings = _settings()
    where = settings.where_devices() if devices is None else devices
    settings = settings.model_copy(update={"devices_file": where})
    if demo_ward_plays(where):
        _fail("`jeg up` plays this ward already; another one is played with --devices FILE")
    try:
        play_ward(settings)
    except (WardError, StateError) as error:
        _fail(str(error))


@app.command("replay")
def replay_command(  # noqa: PLR0913, PLR0917 - one argument per option
    folder: Annotated[Path, typer.Argument(help="Folder with *_Numerics.csv files (BIDMC).")],
    speed: Annotated[
        float, typer.Option(min=0.01, max=10_000, help="Times faster than recorded.")
    ] = 1.0,
    patients: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many recordings.")
    ] = None,
    api_url: Annotated[
        str | None, typer.Option(help="The API; else JEG_API_URL, else the running stack's.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="A clinician's login; else JEG_SIMULATE_EMAIL.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(help="Its password; better in JEG_SIMULATE_PASSWORD.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Replay recordings through MQTT and account for every sample.

    Ends with 0 when published = stored + duplicate + rejected, else with 1.
    """
    settings = _settings()
    request = Request(
        folder=folder,
        speed=speed,
        patients=patients,
        api_url=api_url or settings.where_api(),
        email=email or settings.simulate_email,
        password=SecretStr(password) if password else settings.simulate_password,
        json_file=json_file,
    )
    try:
        adds_up = asyncio.run(replay(request, Console()))
    except ReplayError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if not adds_up:
        raise typer.Exit(1)


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        _fail("; ".join(str(one["msg"]) for one in error.errors()))
    configure("simulator", settings.log_format)
    return settings


def _fail(message: str) -> NoReturn:
    typer.echo(f"jeg simulate: {message}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
