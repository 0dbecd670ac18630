"""Storing what dead letters hold after all, through the same checks and the same writer."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from storage.devices import Devices
from storage.ledgers import Receipt
from storage.queries import letters as sql
from storage.tally import State, Tally
from storage.writer import commit
from telemetry.batch import Batch, Outcome
from telemetry.clock import Window, now_ms, to_ms
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.replay import Explanation, explained
from telemetry.topics import parse_up

Connection = psycopg.AsyncConnection[Any]
CHUNK = 500
"""Letters in one transaction."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters are meant; an empty condition takes all."""

    reasons: Collection[Reason]
    device_id: UUID | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    letter_id: int | None = None

    def parameters(self) -> dict[str, object]:
        """Return the conditions by the names that the queries use."""
        return {
            "reasons": [reason.value for reason in self.reasons],
            "device": self.device_id,
            "since": self.since,
            "until": self.until,
            "letter": self.letter_id,
        }


@dataclass(slots=True)
class Released:
    """What came of judging letters again; `still` counts letters by their (new) reason."""

    letters: int = 0
    stored: int = 0
    duplicate: int = 0
    conflicting: int = 0
    still: Counter[str] = field(default_factory=Counter)
    not_replayable: int = 0


@dataclass(frozen=True, slots=True)
class _Letter:
    id: int
    received_at: dt.datetime
    reason: Reason
    device_id: UUID
    topic: str
    payload: bytes
    readings: int
    boot: int
    seq: int
    outcome: int | None


async def release(
    connection: Connection, choice: Choice, explanation: Explanation | None = None
) -> Released:
    """Judge the chosen letters again and store what can be used now; safe to repeat.

    With an explanation their times are put right by it; without one nothing but what has changed
    since decides, the present state of the device included. Readings are stored as backlog: they
    raise no live alarm. Raises `psycopg.Error` when the database fails; letters up to then are
    done.
    """
    if explanation is not None:
        choice = replace(choice, reasons=set(choice.reasons) & explanation.covers)
    done, after = Released(), 0
    cursor = await connection.execute(sql.NOT_REPLAYABLE, choice.parameters())
    row = await cursor.fetchone()
    done.not_replayable = row[0] if row else 0
    while True:
        async with connection.transaction():
            wanted = choice.parameters() | {"after": after, "limit": CHUNK}
            cursor = await connection.execute(sql.WAITING, wanted)
            letters = [_Letter(*row) for row in await cursor.fetchall()]
            if not letters:
                return done
            await _Round(connection, explanation, done).run(letters)
        after = letters[-1].id


class _Round:
    """One transaction's worth of letters."""

    def __init__(
        self, connection: Connection, explanation: Explanation | None, done: Released
    ) -> None:
        self._connection = connection
        self._explanation = explanation
        self._done = done
        self._devices = Devices()
        self._judge = Judge()
        self._batch = Batch()
        self._entered: list[_Letter] = []

    async def run(self, letters: list[_Letter]) -> None:
        """Enter letters into a batch, and commit it."""
        wanted = {letter.device_id for letter in letters}
        await self._devices.load(self._connection, list(wanted))
        for letter in letters:
            reason = self._enter(letter)
            if reason is not None:
                self._done.still[reason] += 1
        if not self._entered:
            return
        committed = await commit(self._connection, self._batch, keep=self._move)
        ids = [letter.id for letter in self._entered]
        await self._connection.execute(sql.RELEASED, (ids,))
        self._done.letters += len(ids)
        self._done.stored += committed.stored
        self._done.duplicate += committed.duplicate
        self._done.conflicting += committed.conflicting

    def _enter(self, letter: _Letter) -> Reason | None:
        """Judge a letter again; return why it stays where it is, if nothing of it can be used."""
        device = self._devices.get(letter.device_id)
        if device is None:
            return Reason.UNKNOWN_DEVICE
        parsed = parse_up(letter.topic)
        if parsed is None or parsed.partition != device.partition:
            return Reason.WRONG_PARTITION
        if self._explanation is None and (refusal := device.refusal()):
            return refusal
        message = explained(letter.payload, self._explanation)
        if isinstance(message, Reason):
            return message
        rows, refusals = self._judge.readings(message, device, Window(now_ms()), self._batch)
        if not rows:
            return refusals[0].reason if refusals else Reason.NO_READINGS
        self._batch.messages += 1
        self._batch.add(
            self._batch.account_of(device, letter.boot),
            letter.seq,
            rows,
            refusals,
            historical=True,
            received_ms=to_ms(letter.received_at),
            topic=letter.topic,
            sent=message.sent,
        )
        self._entered.append(letter)
        return None

    async def _move(self, connection: Connection, batch: Batch, counts: Tally) -> list[Receipt]:
        """Enter the changes into the ledgers; the devices had their receipts long ago."""
        moved = [[0] * len(Outcome) for _ in batch.accounts]
        refused = [Counter(account.refused) for account in batch.accounts]
        first = await self._first_outcomes(connection)
        for letter, index, now in zip(
            self._entered, batch.account, counts.outcome.tolist(), strict=True
        ):
            refused[index][letter.reason] -= letter.readings
            key = letter.device_id, letter.boot, letter.seq
            before = first.pop(key, None) if letter.seq else letter.outcome
            if before in {Outcome.QUARANTINED, Outcome.REJECTED}:
                moved[index][before] -= 1
                moved[index][now] += 1
        readings = counts.readings.tolist()
        for index, (_, _, conflicting) in enumerate(readings):
            refused[index][Reason.CONFLICTING_DUPLICATE] += conflicting
        columns = zip(
            *(
                (
                    account.device.device_id,
                    account.boot,
                    *moved[i],
                    readings[i][State.STORED],
                    readings[i][State.DUPLICATE],
                    Jsonb({reason: n for reason, n in refused[i].items() if n}),
                )
                for i, account in enumerate(batch.accounts)
            ),
            strict=True,
        )
        await connection.execute(sql.MOVE_LEDGERS, [list(column) for column in columns])
        return []

    async def _first_outcomes(self, connection: Connection) -> dict[tuple[UUID, int, int], int]:
        """What numbered messages are counted as; those that were moved before are left out."""
        keys = [(one.device_id, one.boot, one.seq) for one in self._entered if one.seq]
        if not keys:
            return {}
        devices, boots, numbers = (list(column) for column in zip(*keys, strict=True))
        cursor = await connection.execute(sql.FIRST_OUTCOMES, (devices, boots, numbers))
        return {
            (device_id, boot, seq): outcome
            for device_id, boot, seq, outcome, moved in await cursor.fetchall()
            if not moved
        }
