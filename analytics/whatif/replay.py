"""Replays the stored readings of some patients under two sets of rules. Nothing is written."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg

from analytics.book import Book
from analytics.detectors.base import Detector, Floats, Ints, State
from analytics.engine import Engine
from analytics.outcome import Readings
from analytics.overrides import RuleBook
from analytics.rule_store import load_rules
from analytics.rules import BUILTIN, SIGN
from analytics.store import Store
from analytics.whatif.episodes import Episode, Episodes
from analytics.whatif.question import WARM_UP_MS, Question, metrics_of
from storage.engine import connect
from storage.queries import replay as sql
from telemetry.clock import from_ms, to_ms

READINGS_AT_ONCE: Final = 500_000
"""How many readings a window of the replay is to have, at about 60 bytes each."""
_HOUR_MS: Final = 3_600_000
_FIRST_WINDOW_MS: Final = 3 * _HOUR_MS
_LONGEST_WINDOW_MS: Final = 30 * 24 * _HOUR_MS
_MOST_GROWTH: Final = 8.0
DATABASE_VARIABLE: Final = "JEG_DATABASE_URL"

Answered = tuple[UUID, str, int, int | None]
"""Patient, condition, beginning and end (ms) of an alarm that somebody acknowledged."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What came of some patients."""

    patients: int
    readings: int
    before: list[Episode]
    after: list[Episode]
    answered: list[Answered]


def replay(question: Question, patient_ids: Sequence[UUID], url: str | None = None) -> Chunk:
    """Replay these patients' readings, in a process of any kind that can reach the database.

    Args:
        question: What is asked.
        patient_ids: Whose readings.
        url: The database; None: the one of the environment of this process, so that no password
            travels with a task.

    """
    return asyncio.run(_replay(question, patient_ids, url or os.environ[DATABASE_VARIABLE]))


async def _replay(question: Question, patient_ids: Sequence[UUID], url: str) -> Chunk:
    async with await connect(url, application_name="jeg-what-if") as connection:
        current = await load_rules(connection, [one.scope for one in question.overrides])
        proposed = current
        for override in question.overrides:
            proposed = proposed.with_override(override)
        known = await _opened(connection, list(patient_ids))
        sides = [_Side(known, rules, question) for rules in (current, proposed)]
        count = 0
        # Both books are opened alike: their slots are the same.
        async for readings in _windows(connection, sides[0].engine.book, question):
            count += len(readings)
            for side in sides:
                side.run(readings)
        for side in sides:
            side.finish(question.until_ms)
        answered = await _answered(connection, question, patient_ids)
    wanted = question.conditions
    before, after = (
        [one for one in side.episodes.found if one.condition in wanted] for side in sides
    )
    return Chunk(len(patient_ids), count, before, after, answered)


class _Side:
    """One set of rules: an engine in memory, and the episodes that it finds."""

    def __init__(self, known: Book, rules: RuleBook, question: Question) -> None:
        self.engine = Engine(_book(known, rules, question.conditions))
        self.episodes = Episodes(question.since_ms)

    def run(self, readings: Readings) -> None:
        """Take in a window, as if everything had come at the time that it was measured."""
        outcome = self.engine.run(readings, int(readings.time_ms.min()))
        self.engine.accept(outcome)
        self.episodes.take(outcome.changes)

    def finish(self, until_ms: int) -> None:
        """Let the time go by to the end."""
        outcome = self.engine.tick(until_ms, until_ms)
        self.engine.accept(outcome)
        self.episodes.take(outcome.changes)


async def _opened(connection: psycopg.AsyncConnection[Any], patient_ids: list[UUID]) -> Book:
    """Every channel of these patients, and what the engine knows about who they are."""
    book = Book(learn_idle=False)
    store = Store(connection, book)
    await store.refresh_prescriptions()
    await store.open_patients(patient_ids)
    return book


def _book(known: Book, rules: RuleBook, conditions: frozenset[str]) -> Book:
    """A fresh book of the same people with those channels only that take part."""
    metrics = metrics_of(conditions)
    about = {
        one.name: getattr(known, one.name)
        for one in fields(Book)
        if one.init and one.name not in {"rules", "channels", "detectors"}
    }
    book = Book(rules=rules, detectors=_asked(known.detectors, conditions), **about)
    for channel in known.channels:
        if metrics is None or channel.metric in metrics:
            zone = known.zones.names[int(known.zone[known.slot(channel)])]
            book.add(channel, zone=zone)
    return book


@dataclass(frozen=True, slots=True)
class Unheard:
    """A detector that nobody asks: it says nothing and learns nothing, and costs nothing."""

    name: str
    dtype: "np.dtype[np.void]"

    def fresh(self, series: int) -> State:
        """State that stays as it is."""
        return np.zeros(series, self.dtype)

    def score(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:  # noqa: ARG002 (a detector's)
        """No opinion of any reading."""
        return np.full(len(rows), np.nan)

    def learn(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """No opinion either."""
        return self.score(state, rows, time_ms, value)


def _asked(detectors: Sequence[Detector], conditions: frozenset[str]) -> tuple[Detector, ...]:
    """The detectors in their lanes; those that no condition looks at are not heard."""
    lanes = {BUILTIN[one].lane for one in conditions}
    return tuple(
        one if lane in lanes or lane < len(SIGN) else Unheard(one.name, one.dtype)
        for lane, one in enumerate(detectors)
    )


async def _windows(
    connection: psycopg.AsyncConnection[Any], book: Book, question: Question
) -> AsyncIterator[Readings]:
    """Readings of every series, window by window, each about as large as the others."""
    series = [channel.number for channel in book.channels if channel.number > 0]
    at_ms, width_ms = question.since_ms - WARM_UP_MS, _FIRST_WINDOW_MS
    while at_ms < question.until_ms and series:
        end_ms = min(at_ms + width_ms, question.until_ms)
        async with connection.cursor() as cursor:
            numbers, time_ms, value, quality = await sql.readings(cursor, series, at_ms, end_ms)
        if len(numbers):
            yield Readings(
                slots=book.slots_of_series(numbers),
                time_ms=time_ms,
                received_ms=time_ms,
                value=value,
                quality=quality,
                historical=np.zeros(len(numbers), np.bool_),
            )
        growth = min(READINGS_AT_ONCE / max(len(numbers), 1), _MOST_GROWTH)
        width_ms = int(min(max(width_ms * growth, _HOUR_MS), _LONGEST_WINDOW_MS))
        at_ms = end_ms


async def _answered(
    connection: psycopg.AsyncConnection[Any], question: Question, patient_ids: Sequence[UUID]
) -> list[Answered]:
    cursor = await connection.execute(
        sql.ANSWERED,
        (
            list(patient_ids),
            list(question.conditions),
            from_ms(question.since_ms - WARM_UP_MS),
            from_ms(question.until_ms),
        ),
    )
    return [
        (patient_id, condition, to_ms(started), None if ended is None else to_ms(ended))
        for patient_id, condition, started, ended in await cursor.fetchall()
    ]
