"""The replay from login to verdict, with its progress and its table."""

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
    password = request.password.get_secret_value()
    async with logged_in(request.api_url, request.email, password) as client:
        with _progress(console) as progress:
            playbacks = await _admit(client, recordings, progress)
            total = sum(len(r.samples) for r in recordings)
            sent = progress.add_task(f"sent at {request.speed:g}x", total=total)
            safe = progress.add_task("on disk", total=total)

            def tick(messages: int, receipted: int) -> None:
                progress.update(sent, completed=messages)
                progress.update(safe, completed=receipted)

            started = time.monotonic()
            clock = await play(playbacks, request.speed, tick)
            seconds = time.monotonic() - started
        account = await settle(client, playbacks, clock)
    account.seconds = seconds
    _show(console, account, len(recordings))
    if request.json_file is not None:
        request.json_file.write_text(json.dumps(account.figures(), indent=2) + "\n")
    return not account.faults


async def _admit(
    client: Client, recordings: Sequence[Recording], progress: Progress
) -> list[Playback]:
    """Register each patient (once) and a new device for this replay."""
    task = progress.add_task("devices registered", total=len(recordings))
    playbacks = []
    for number, recording in enumerate(recordings, start=1):
        patient_id = await client.register_patient(recording, number)
        identity, host, port = await client.register_device(patient_id, recording.name)
        playbacks.append(playback(recording, patient_id, identity, Link(host, port)))
        progress.advance(task)
    return playbacks


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
