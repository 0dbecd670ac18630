"""The replay from login to verdict, with its progress and its table."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from simulators.device import Link
from simulators.replay import ReplayError
from simulators.replay.account import Account, settle
from simulators.replay.client import Client, logged_in
from simulators.replay.recordings import Recording, read_folder
from simulators.replay.runner import Playback, play, playback

FAULTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What to replay, how fast and where."""

    folder: Path
    speed: float
    patients: int | None
    api_url: str
    email: str
    password: SecretStr
    json_file: Path | None = None


async def replay(request: Request, console: Console) -> bool:
    """Replay and settle; true when everything adds up.

    Raises:
        ReplayError: when it cannot be carried out.
    """
    recordings = read_folder(request.folder, request.patients)
    if request.json_file is not None:
        _check_writable(request.json_file)
    password = request.password.get_secret_value()
    playbacks: list[Playback] = []
    async with logged_in(request.api_url, request.email, password) as client:
        try:
            account = await _played(client, recordings, playbacks, request.speed, console)
        finally:
            await _retire(client, playbacks)
    _show(console, account, len(recordings))
    if request.json_file is not None:
        _write(request.json_file, json.dumps(account.figures(), indent=2) + "\n")
    return not account.faults


async def _played(
    client: Client,
    recordings: Sequence[Recording],
    playbacks: list[Playback],
    speed: float,
    console: Console,
) -> Account:
    with _progress(console) as progress:
        await _admit(client, recordings, playbacks, progress)
        total = sum(len(r.samples) for r in recordings)
        sent = progress.add_task(f"sent at {speed:g}x", total=total)
        safe = progress.add_task("on disk", total=total)

        def tick(messages: int, receipted: int) -> None:
            progress.update(sent, completed=messages)
            progress.update(safe, completed=receipted)

        started = time.monotonic()
        clock = await play(playbacks, speed, tick)
        seconds = time.monotonic() - started
    account = await settle(client, playbacks, clock)
    account.seconds = seconds
    return account


async def _retire(client: Client, playbacks: Sequence[Playback]) -> None:
    """Take the devices out of use: silent ones that are in use raise an alarm each.

    Raises:
        ReplayError: when the API refuses; the others are retired all the same.
    """
    ids = [played.device.identity.device_id for played in playbacks]
    results = await asyncio.gather(*map(client.retire_device, ids), return_exceptions=True)
    failures = [one for one in results if isinstance(one, BaseException)]
    if failures:
        message = f"{len(failures)} devices of the replay stay in use: {failures[0]}"
        raise ReplayError(message) from failures[0]


def _check_writable(path: Path) -> None:
    """Fail now rather than after the replay; leaves no file behind."""
    existed = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error
    if not existed:
        path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ReplayError:
    return ReplayError(f"{path} cannot be written: {error.strerror or error}")


async def _admit(
    client: Client,
    recordings: Sequence[Recording],
    playbacks: list[Playback],
    progress: Progress,
) -> None:
    """Register each patient (once) and a new device for this replay, added to `playbacks`."""
    task = progress.add_task("devices registered", total=len(recordings))
    for number, recording in enumerate(recordings, start=1):
        patient_id = await client.register_patient(recording, number)
        identity, host, port = await client.register_device(patient_id, recording.name)
        playbacks.append(playback(recording, patient_id, identity, Link(host, port)))
        progress.advance(task)


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield progress


def _show(console: Console, account: Account, patients: int) -> None:
    table = Table(title=f"Replay of {patients} patients in {account.seconds:.1f} s")
    table.add_column("readings")
    table.add_column("", justify="right")
    table.add_row("published", f"{account.published:,}", style="bold")
    table.add_row("stored", f"{account.stored:,}")
    table.add_row("duplicate", f"{account.duplicate:,}")
    for reason, count in sorted(account.rejected.items()):
        table.add_row(f"rejected: {reason}", f"{count:,}")
    table.add_row("unusable, not published", f"{account.unusable:,}", style="dim")
    table.add_row("rows compared by value", f"{account.rows_checked:,}", style="dim")
    console.print(table)
    for fault in account.faults[:FAULTS_SHOWN]:
        console.print(f"[red]{fault}[/red]")
    verdict = (
        f"[red]It does not add up: {len(account.faults)} faults.[/red]"
        if account.faults
        else "[green]published = stored + duplicate + rejected[/green]"
    )
    console.print(verdict)
