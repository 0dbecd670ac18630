"""What a device is told of its message: counts and reasons, never a value and never a key."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from api.errors import FieldProblem, NothingUsableError
from api.intake.schemas import Receipt, Refused, Taken
from storage.writer import Committed
from telemetry.batch import Batch, Letter
from telemetry.clock import Window, from_ms
from telemetry.errors import Reason
from telemetry.metrics import METRICS_BY_NAME

MAX_REFUSED = 100


def answer(device_id: UUID, batch: Batch, committed: Committed, window: Window) -> Taken:
    """Tell what became of a message.

    Raises:
        NothingUsableError: when all of it was refused.
    """
    letters = [*batch.letters, *committed.conflicts]
    refused = [one for letter in letters for one in _refused(letter, window)]
    if letters and not committed.stored + committed.duplicate:
        raise NothingUsableError(_reasons(letters), errors=_problems(refused))
    receipt = next(iter(committed.receipts), None)
    return Taken(
        device_id=device_id,
        stored=committed.stored,
        duplicate=committed.duplicate,
        rejected=sum(letter.readings for letter in letters),
        refused=refused[:MAX_REFUSED],
        receipt=receipt and Receipt(boot=receipt.account.boot, seq=receipt.seq),
    )


def _reasons(letters: Sequence[Letter]) -> str:
    return ", ".join(dict.fromkeys(letter.reason.value for letter in letters))


def _problems(refused: Sequence[Refused]) -> list[FieldProblem]:
    return [
        FieldProblem(location="body", field=one.metric or "", reason=one.reason)
        for one in refused[:MAX_REFUSED]
    ]


def _refused(letter: Letter, window: Window) -> Iterator[Refused]:
    """Readings of a dead letter, which holds them as they came."""
    samples = _samples(letter.payload)
    if not samples:
        yield Refused(metric=None, time=None, reason=letter.reason, readings=letter.readings)
    for sample in samples:
        name = sample.get("c", sample.get("type"))
        metric = METRICS_BY_NAME.get(name) if isinstance(name, str) else None
        time = window.classify(sample.get("t", sample.get("t0", sample.get("timestamp"))))
        values = sample.get("v")
        yield Refused(
            metric=metric and metric.code,
            time=None if isinstance(time, Reason) else from_ms(time),
            reason=letter.reason,
            readings=len(values) if isinstance(values, list) else 1,
        )


def _samples(payload: bytes) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []  # cut, or not JSON at all
    samples = found.get("m") if isinstance(found, dict) else None
    if not isinstance(samples, list):
        return []
    return [sample if isinstance(sample, dict) else {} for sample in samples]
