"""What became of every sample: does published = stored + duplicate + rejected, row by row?"""

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulators.replay.client import Client
from simulators.replay.runner import Clock, Playback
from telemetry.metrics import METRICS

CHECKED = tuple(sorted({"heart_rate", "oxygen_saturation", "pulse_rate", "respiratory_rate"}))


@dataclass(slots=True)
class Account:
    """Figures of a replay, in readings; `faults` are the reasons why it does not add up."""

    published: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    unusable: int = 0
    seconds: float = 0.0
    rows_checked: int = 0
    faults: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Give the figures for `--json`, with where they come from."""
        return {
            "published": self.published,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "rejected": dict(sorted(self.rejected.items())),
            "seconds": round(self.seconds, 3),
            "unusable": self.unusable,
            "commit": _commit(),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "cores": os.cpu_count(),
        }


async def settle(client: Client, playbacks: Sequence[Playback], clock: Clock) -> Account:
    """Fetch the ledger of every device, and some rows of each, and hold them to what was sent."""
    account = Account()
    for index, played in enumerate(playbacks):
        account.unusable += played.recording.unusable
        await _settle_one(client, played, account)
        await _check_rows(client, played, clock, CHECKED[index % len(CHECKED)], account)
    return account


async def _settle_one(client: Client, played: Playback, account: Account) -> None:
    """Add one device's ledger.

    A message that was sent twice has its readings counted twice as they came. Its second copy
    is all duplicates, and no sample of the recording: what exceeds the number published is
    taken off the duplicates. That nothing is lost shows in the messages: none is missing.
    """
    ledger = await client.ledger(played.device.identity.device_id)
    readings = ledger["readings"]
    rejected = Counter({str(k): int(v) for k, v in readings["rejected"].items()})
    stored, seen = int(readings["stored"]), int(readings["duplicate"])
    copies = max(0, stored + seen + rejected.total() - played.readings)
    duplicate = max(0, seen - copies)
    name = played.recording.name
    accounted = stored + duplicate + rejected.total()
    if accounted != played.readings:
        account.faults.append(f"{name}: {played.readings} published, {accounted} accounted for")
    messages = sum(boot["messages"]["published"] for boot in ledger["boots"])
    missing = sum(boot["messages"]["missing"] for boot in ledger["boots"])
    if missing or messages != played.messages:
        fault = f"{name}: {played.messages} messages sent, ledger has {messages}, {missing} missing"
        account.faults.append(fault)
    account.published += played.readings
    account.stored += stored
    account.duplicate += duplicate
    account.rejected += rejected


async def _check_rows(
    client: Client, played: Playback, clock: Clock, metric: str, account: Account
) -> None:
    """Compare one metric's stored rows with the recording, value by value."""
    known = METRICS[metric]
    expected = {
        clock.carried_ms(sample.offset_ms): value
        for sample in played.recording.samples
        for code, value in sample.values
        if code == metric and known.low <= value <= known.high
    }
    since, until = clock.carried_ms(0), clock.carried_ms(played.recording.duration_ms)
    device_id = played.device.identity.device_id
    rows = await client.stored(played.patient_id, device_id, metric, since, until)
    account.rows_checked += len(expected)
    wrong = sum(dict(rows).get(t) != value for t, value in expected.items())
    if wrong or len(rows) != len(expected):
        account.faults.append(
            f"{played.recording.name}: {metric} has {len(rows)} rows for {len(expected)} samples, "
            f"{wrong} of them absent or different"
        )


def _commit() -> str:
    """Commit of the code that ran; empty outside a clone."""
    folder = Path(__file__).resolve().parents[2]
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
