"""What became of every message: the devices' logs against what the database holds."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chaos.device import Device, Entry
from benchmarks.chaos.found import ALARMS, Found, Letter, collect
from benchmarks.chaos.world import World
from telemetry.batch import UNNUMBERED, Outcome

ILLNESS = "blood_glucose_low"
_KEPT = frozenset({Outcome.STORED, Outcome.DUPLICATE})


@dataclass
class Verdict:
    """The account of a case; every count is of messages, but for `duplicates`, of rows."""

    published: int = 0
    stored: int = 0
    lost: int = 0
    duplicates: int = 0
    unaccounted: int = 0
    missing: int = 0
    refused: int = 0
    redelivered: int = 0
    resent: int = 0
    faults: list[str] = field(default_factory=list)

    def complain(self, device: Device, what: str) -> None:
        """Note a fault of one device."""
        self.faults.append(f"{str(device.device_id)[:8]}: {what}")


async def verify(world: World) -> Verdict:
    """Check everything that is promised of every message."""
    async with await world.connect() as db:
        found = await collect(db)
        alarms = await (await db.execute(ALARMS)).fetchall()
    verdict = Verdict()
    for device in world.devices:
        if device.deleted:
            continue
        Examination(world, device, found[device.device_id], verdict).run()
    known = {device.device_id for device in world.devices}
    verdict.unaccounted += sum(len(one.rows) for who, one in found.items() if who not in known)
    _check_alarms(world, alarms, verdict)
    return verdict


class Examination:
    """One device: its log against what the database holds of it."""

    def __init__(self, world: World, device: Device, found: Found, verdict: Verdict) -> None:
        self._windows = world.windows
        self._device = device
        self._found = found
        self._verdict = verdict
        self._ledger: dict[str, Any] = found.ledgers.get(device.boot, {})
        ranges = self._ledger.get("seen", [])
        self._seen = {seq for low, high in ranges for seq in range(low, high + 1)}
        self._letters = found.letters
        self._fates: dict[int, Outcome] = {}

    def run(self) -> None:
        """Enter everything into the verdict."""
        verdict, device, found = self._verdict, self._device, self._found
        sent = [entry for entry in device.entries.values() if entry.sends]
        verdict.published += len(sent) + len(device.strays)
        verdict.resent += device.resent
        verdict.redelivered += sum(one["redelivered"] for one in found.ledgers.values())
        verdict.duplicates += found.repeated
        for entry in sent:
            fate = self._fate(entry)
            if fate is not None:
                self._fates[entry.seq] = fate
        self._check_rows()
        if self._ledger:
            self._check_ledger()
        elif device.closed and sent:
            self._wrong(1, "has no ledger")
        self._check_refusals()
        self._check_strays()
        self._check_letters()

    def _wrong(self, count: int, what: str) -> None:
        self._verdict.unaccounted += count
        self._verdict.complain(self._device, what)

    def _lost(self, entry: Entry, how: str) -> None:
        self._verdict.lost += 1
        self._verdict.complain(self._device, f"message {entry.seq} {how}")

    def _fate(self, entry: Entry) -> Outcome | None:
        """What became of a message; None when it is missing or lost."""
        rows = self._found.rows
        present = sum(rows.get((metric, t)) == value for metric, t, value in entry.rows)
        if entry.seq not in self._seen:
            self._check_missing(entry, present)
            return None
        refusable = entry.outcomes - _KEPT
        letter = any(letter.seq == entry.seq for letter in self._letters)
        if refusable and not present and (letter or not entry.rows):
            self._verdict.refused += 1
            return min(refusable)
        if present < len(entry.rows):
            self._lost(entry, "is in the ledger and not stored")
            return None
        self._verdict.stored += 1
        return min(entry.outcomes & _KEPT)

    def _check_missing(self, entry: Entry, present: int) -> None:
        """A number that the ledger misses: nobody may have been told that it is safe."""
        self._verdict.missing += 1
        if present:
            self._wrong(1, f"message {entry.seq} is stored and not in the ledger")
        if any(one.seq == entry.seq and one.reason in entry.reasons for one in self._letters):
            self._verdict.refused += 1
        elif entry.receipted is not None:
            self._lost(entry, "was receipted and is lost")
        elif entry.acked is not None and not self._excused(entry.acked):
            self._lost(entry, "was acknowledged and is lost")

    def _excused(self, acked: float) -> bool:
        """Whether the broker had it in its keeping at a time declared as one of possible loss."""
        return any(low <= acked <= high for low, high in self._windows)

    def _check_rows(self) -> None:
        logged = {row[:2] for entry in self._device.entries.values() for row in entry.rows}
        strange = len(self._found.rows.keys() - logged)
        if strange:
            self._wrong(strange, f"{strange} readings are stored that nobody measured")

    def _check_ledger(self) -> None:
        """The sum of the parts is what was published, and each part is what the log says."""
        ledger, fates = self._ledger, Counter(self._fates.values())
        counted = [ledger[name] for name in ("stored", "duplicate", "quarantined", "rejected")]
        wrong = abs(sum(counted) - len(self._seen))
        if self._device.closed:
            published = max(e.seq for e in self._device.entries.values() if e.sends)
            wrong += abs(ledger["max_seq"] - published)
        # Of a reading that was sent in two messages either may have come first.
        wrong += abs(sum(counted[one] - fates[one] for one in _KEPT))
        wrong += sum(abs(counted[one] - fates[one]) for one in Outcome if one not in _KEPT)
        if wrong:
            self._wrong(wrong, f"ledger {counted} of {len(self._seen)}, log {dict(fates)}")
        rows = sum(one["readings_stored"] for one in self._found.ledgers.values())
        if rows != len(self._found.rows):
            self._wrong(1, f"ledger has {rows} readings stored, there are {len(self._found.rows)}")

    def _check_refusals(self) -> None:
        """Every refused message, and refused part of a message, has a letter with its reason."""
        for entry in self._device.entries.values():
            fate = self._fates.get(entry.seq)
            if not entry.reasons or fate is None:
                continue
            given_up = fate not in _KEPT or entry.outcomes <= _KEPT
            letters = (one for one in self._letters if _is_about(one, entry))
            if given_up and not any(one.reason in entry.reasons for one in letters):
                self._wrong(1, f"no dead letter for message {entry.seq} {sorted(entry.reasons)}")

    def _check_strays(self) -> None:
        """Every message without a number that reached the platform has a letter, and is counted."""
        came = [stray for stray in self._device.strays if stray.acked]
        for stray in came:
            mark = stray.mark.encode()
            if any(one.reason == stray.reason and mark in one.payload for one in self._letters):
                self._verdict.refused += 1
            else:
                self._wrong(1, f"no dead letter for {stray.reason} ({stray.mark})")
        counted = self._found.ledgers.get(UNNUMBERED, {}).get("rejected", 0)
        if counted < len(came):
            self._wrong(
                len(came) - counted, f"{len(came)} refused without a number, ledger has {counted}"
            )

    def _check_letters(self) -> None:
        """There is no dead letter that nothing was the cause of, and none with a key."""
        allowed = {reason for entry in self._device.entries.values() for reason in entry.reasons}
        allowed |= {stray.reason for stray in self._device.strays} | self._device.tolerated
        for letter in self._letters:
            if letter.reason not in allowed:
                self._wrong(1, f"a dead letter for {letter.reason} (message {letter.seq})")
            if self._device.key.encode() in letter.payload:
                self._verdict.complain(self._device, "a dead letter holds its key")


def _is_about(letter: Letter, entry: Entry) -> bool:
    """Whether a letter is of a message: by its number, or for a conflict by its reading."""
    if letter.seq is not None:
        return letter.seq == entry.seq
    sent = [(sample.get("c"), sample.get("t")) for sample in entry.samples]
    return any((one.get("c"), one.get("t")) in sent for one in letter.samples)


def _check_alarms(world: World, alarms: list[tuple[Any, ...]], verdict: Verdict) -> None:
    """One alarm for each of the ill, raised once, and none for anybody else."""
    raised = Counter((patient, condition) for patient, condition, _ in alarms)
    sick = {device.owner_id for device in world.devices if device.sick}
    expected = Counter({(patient, ILLNESS): 1 for patient in sick})
    if raised != expected:
        verdict.faults.append(f"{raised.total()} alarms were raised instead of {len(sick)}")
    again = sum(times > 1 for _, _, times in alarms)
    if again:
        verdict.faults.append(f"{again} alarms were raised again")
