"""What an alarm was computed from, kept small, and computing it again.

A proof holds what was remembered of the patient's channels before the run that called, and the
readings of that run: the engine gives the same outcome for the same two. Readings are kept by
their time; a recomputation takes their values from where readings are stored.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.book import Book, Channel
from analytics.engine import Engine, EngineSettings
from analytics.memory import RECORD, RECORD_VERSION
from analytics.outcome import Change, Finding, Outcome, Readings
from analytics.overrides import RuleBook
from analytics.rules import Category, Priority, Rule
from telemetry.outbox import Batch, pack, unpack

MOST_BYTES: Final = 262_144
"""Of a proof, packed; a larger one is left out, and says so."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run of the engine: its readings (None: the clock alone) and what time it was."""

    readings: Readings | None
    now_ms: int


class UnprovableError(ValueError):
    """There is nothing to compute it from; the message says why."""


@dataclass(frozen=True, slots=True)
class FixedRules(RuleBook):
    """Rules of which one is as it was."""

    fixed: Rule | None = None

    def rule(self, patient_id: UUID, condition: str) -> Rule:
        """The fixed rule, or the built-in one of another condition."""
        if self.fixed is not None and condition == self.fixed.condition:
            return self.fixed
        return super(FixedRules, self).rule(patient_id, condition)


def make(book: Book, run: Run, patient_id: UUID) -> dict[str, Any]:
    """Prove what this run says of a patient, as JSON; `book` is as it was before the run."""
    slots = np.array(book.slots_of_patient(patient_id), np.int64)
    channels = [book.channels[slot] for slot in slots.tolist()]
    readings = _packed(channels, slots, run.readings)
    records = _text(book.memory.pack(slots).tobytes())
    if len(records) + len(readings) > MOST_BYTES:
        return {"left_out": "too many readings in one run"}
    return {
        "version": RECORD_VERSION,
        "now_ms": run.now_ms,
        "clock": run.readings is None,
        "zone": book.zones.names[int(book.zone[slots[0]])],
        "stale_after": dict(book.stale_after.get(patient_id, {})),
        "of": [name for name in _SETS if patient_id in getattr(book, name)],
        "channels": [
            [one.number, one.metric, None if one.device_id is None else str(one.device_id)]
            for one in channels
        ],
        "records": records,
        "readings": readings,
    }


_SETS: Final = ("minors", "pregnant", "scale_2")


def _text(content: bytes) -> str:
    return b64encode(zlib.compress(content)).decode()


def _packed(channels: list[Channel], slots: Any, readings: Readings | None) -> str:  # noqa: ANN401 (int64)
    if readings is None:
        return ""
    mine = readings.take(np.isin(readings.slots, slots))
    numbers = np.array([channel.number for channel in channels], np.int32)
    batch = Batch(
        numbers[np.searchsorted(slots, mine.slots)],
        mine.time_ms,
        mine.received_ms,
        mine.value,
        mine.quality,
        mine.historical,
    )
    return _text(pack(batch))


def readings_of(proof: Mapping[str, Any]) -> Batch | None:
    """Readings of the run; None where it was the clock's.

    Raises:
        UnprovableError: The proof was left out, or is of another layout.

    """
    if "left_out" in proof:
        raise UnprovableError(proof["left_out"])
    if proof.get("version") != RECORD_VERSION:
        message = "it was made by another version of the engine"
        raise UnprovableError(message)
    text = proof["readings"]
    return unpack(zlib.decompress(b64decode(text))) if text else None


def replay(
    proof: Mapping[str, Any],
    patient_id: UUID,
    rule: Rule,
    readings: Batch | None,
    settings: EngineSettings | None = None,
) -> Outcome:
    """Run the engine again, on what was remembered and these readings, under this rule."""
    book = Book(FixedRules(fixed=rule))
    for name in proof["of"]:
        getattr(book, name).add(patient_id)
    if proof.get("stale_after"):
        book.stale_after[patient_id] = proof["stale_after"]
    records = np.frombuffer(zlib.decompress(b64decode(proof["records"])), RECORD)
    for (number, metric, device), record in zip(proof["channels"], records, strict=True):
        device_id = None if device is None else UUID(device)
        book.add(Channel(patient_id, number, metric, device_id), record, proof["zone"])
    engine = Engine(book, settings)
    if readings is None:
        return engine.tick(proof["now_ms"], proof["now_ms"])
    given = Readings(
        slots=book.slots_of_series(readings.series.astype(np.int64)),
        time_ms=readings.time_ms.astype(np.int64),
        received_ms=readings.received_ms.astype(np.int64),
        value=readings.value.astype(np.float64),
        quality=readings.quality.astype(np.float32),
        historical=readings.historical.astype(np.bool_),
    )
    return engine.run(given, proof["now_ms"])


def rule_of(stored: Mapping[str, Any]) -> Rule:
    """The rule as it was stored with an alarm."""
    return Rule(
        **{
            **stored,
            "metrics": tuple(stored["metrics"]),
            "priority": Priority(stored["priority"]),
            "category": Category(stored["category"]),
        }
    )


_COMPARED: Final = ("kind", "at_ms", "started_ms", "score", "worst_ms", "lasted")


def told(change: Change) -> dict[str, Any]:
    """A change as it is kept and compared."""
    event = asdict(change.event)
    return {name: event[name] for name in _COMPARED}


def found(finding: Finding) -> dict[str, Any]:
    """A finding as it is kept and compared."""
    return {
        "kind": "finding",
        "at_ms": finding.activated_ms,
        "started_ms": finding.started_ms,
        "score": finding.score,
        "worst_ms": finding.worst_ms,
        "lasted": True,
    }


def results(outcome: Outcome, condition: str) -> list[dict[str, Any]]:
    """What an outcome says of a condition, in the form that is kept."""
    changes = [told(one) for one in outcome.changes if one.condition == condition]
    findings = [
        found(one)
        for one in outcome.findings
        if one.rule.condition == condition and one.activated_ms is not None
    ]
    return changes + findings
