"""Messages gathered for one commit: their readings, their account, and what was refused."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

import msgspec

from telemetry.clocks import Model
from telemetry.devices import Device
from telemetry.errors import QUARANTINED, Reason
from telemetry.habits import Habit
from telemetry.payloads import without_keys
from telemetry.readings import Columns
from telemetry.redact import MAX_KEPT_BYTES, redact
from telemetry.replies import Reply
from telemetry.samples import Refusal, Sample, Time

UNNUMBERED = -1
"""Boot under which messages without boot and seq are accounted."""


class Outcome(IntEnum):
    """What became of a message as a whole; each number of a device has exactly one."""

    STORED = 0
    DUPLICATE = 1
    QUARANTINED = 2
    REJECTED = 3


@dataclass(slots=True)
class Letter:
    """A dead letter: what was refused and why, without keys.

    Attributes:
        replayable: The device was who it said, and the payload is whole: it can be judged again.
        message: Which message of the batch it is about, where that is in the batch's account.

    """

    reason: Reason
    device_id: UUID | None
    topic: str
    payload: bytes
    received_ms: int
    readings: int = 1
    boot: int | None = None
    seq: int | None = None
    replayable: bool = False
    message: int | None = None


@dataclass(slots=True, eq=False)
class Account:
    """One boot of one device, as this batch changes its ledger."""

    device: Device
    boot: int
    refused: Counter[str] = field(default_factory=Counter)
    """Reason -> readings."""


@dataclass(slots=True)
class Status:
    """A device's own word on its state, or its last will."""

    device_id: UUID
    boot: int
    online: bool
    battery_level: float | None
    firmware_version: str | None
    gateway: str | None = None

    def followed_by(self, later: "Status") -> "Status":
        """Both words as one: the later one counts unless it is of an earlier boot."""
        if later.boot < self.boot:
            return self
        return Status(
            self.device_id,
            later.boot,
            later.online,
            self.battery_level if later.battery_level is None else later.battery_level,
            later.firmware_version or self.firmware_version,
            self.gateway if later.gateway is None else later.gateway,
        )


@dataclass(slots=True)
class Fault:
    """A fault that a device reports of itself; `occurred_ms` by its own clock."""

    device_id: UUID
    boot: int | None
    code: str
    message: str
    occurred_ms: int | None


class Batch:
    """What one transaction will commit, in the order of arrival.

    Rows (readings) are the columns plus `series`; the rows of message i are the next `rows[i]`.
    """

    def __init__(self) -> None:
        self.columns = Columns()
        self.series = array("i")
        self.account: list[int] = []
        self.seq: list[int] = []
        self.rows: list[int] = []
        self.refused: list[Outcome] = []
        self.historical: list[bool] = []
        self.received_ms: list[int] = []
        self.topics: list[str] = []
        self.accounts: list[Account] = []
        self.letters: list[Letter] = []
        self.statuses: list[Status] = []
        self.faults: list[Fault] = []
        self.replies: list[Reply] = []
        self.clocks: list[tuple[UUID, Model]] = []
        self.habits: Counter[tuple[UUID, int, Habit]] = Counter()
        self.new_series: dict[int, tuple[Device, int]] = {}
        self.messages = 0
        self._account_of: dict[tuple[int, int], int] = {}
        self._held_back: dict[UUID, Letter] = {}

    def __len__(self) -> int:
        return self.messages

    def refuse(  # noqa: PLR0913 - one for each column of a dead letter
        self,
        reason: Reason,
        topic: str,
        payload: bytes,
        device_id: UUID | None,
        *,
        received_ms: int,
        device: Device | None = None,
    ) -> None:
        """Keep a whole message as a dead letter; a known device's ledger counts it, unnumbered."""
        self.letters.append(Letter(reason, device_id, topic, redact(payload), received_ms))
        if device is not None:
            account = self.account_of(device, UNNUMBERED)
            self.accounts[account].refused[reason] += 1
            self.add(account, 0, 0, [], historical=False, received_ms=received_ms, topic=topic)
            self.refused[-1] = Outcome.REJECTED

    def hold_back(self, device_id: UUID, topic: str, received_ms: int) -> None:
        """Leave out a message beyond the rate limit: one dead letter a device counts them."""
        self.messages += 1
        letter = self._held_back.get(device_id)
        if letter is not None:
            letter.readings += 1
            return
        letter = Letter(Reason.RATE_LIMITED, device_id, topic, b"", received_ms)
        self._held_back[device_id] = letter
        self.letters.append(letter)

    @property
    def held_back(self) -> int:
        """Messages left out for the rate limit."""
        return sum(letter.readings for letter in self._held_back.values())

    def account_of(self, device: Device, boot: int) -> int:
        """Index of the account of one boot of a device, opened when it is new."""
        key = (device.number, boot)
        index = self._account_of.get(key)
        if index is None:
            index = self._account_of[key] = len(self.accounts)
            self.accounts.append(Account(device, boot))
        return index

    def add(  # noqa: PLR0913 - one for each column of a message
        self,
        account: int,
        seq: int,
        rows: int,
        refusals: list[Refusal],
        *,
        historical: bool,
        received_ms: int,
        topic: str,
        sent: Time = None,
    ) -> None:
        """Enter a message whose `rows` usable readings are already in the columns."""
        self.account.append(account)
        self.seq.append(seq)
        self.rows.append(rows)
        self.historical.append(historical)
        self.received_ms.append(received_ms)
        self.topics.append(topic)
        outcome = Outcome.DUPLICATE
        if refusals:
            outcome = self._enter_refusals(account, seq, refusals, sent)
        self.refused.append(outcome)

    def _enter_refusals(
        self, account: int, seq: int, refusals: list[Refusal], sent: Time
    ) -> Outcome:
        """Make a dead letter per reason; return what the message is if nothing of it is used."""
        entry = self.accounts[account]
        for reason in dict.fromkeys(refusal.reason for refusal in refusals):
            mine = [refusal for refusal in refusals if refusal.reason is reason]
            readings = sum(refusal.readings for refusal in mine)
            entry.refused[reason] += readings
            kept = redact(letter_payload(entry.boot, seq, sent, [one.sample for one in mine]))
            self.letters.append(
                Letter(
                    reason,
                    entry.device.device_id,
                    self.topics[-1],
                    kept,
                    self.received_ms[-1],
                    readings,
                    boot=entry.boot,
                    seq=seq,
                    replayable=len(kept) < MAX_KEPT_BYTES,
                    message=len(self.account) - 1,
                )
            )
        quarantined = all(refusal.reason in QUARANTINED for refusal in refusals)
        return Outcome.QUARANTINED if quarantined else Outcome.REJECTED


def letter_payload(boot: int, seq: int, sent: Time, samples: list[object]) -> bytes:
    """What is kept of the refused part of a message: native form, numbered when it was."""
    wire = [_plain(sample) for sample in samples]
    numbers = {"boot": boot, "seq": seq} if seq else {}
    clock = {} if sent is None else {"sent": sent}
    return msgspec.json.encode(numbers | clock | {"m": wire})


def _plain(sample: object) -> object:
    if not isinstance(sample, Sample):
        return without_keys(sample)
    given = {name: getattr(sample, name) for name in Sample.__struct_fields__}
    return {name: value for name, value in given.items() if value is not None}
