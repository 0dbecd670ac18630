"""`jeg rules`, `jeg what-if` and `jeg alarms why`: the work behind the commands."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import true
from sqlalchemy.exc import SQLAlchemyError

from analytics.overrides import FIELDS, Override, Scope
from analytics.recompute import recompute
from analytics.recomputed import Recomputed
from analytics.rule_checks import faults
from analytics.rule_store import resolve, scopes_of
from analytics.rules import BUILTIN, Rule
from analytics.technical_facts import described
from analytics.whatif.answer import Answer
from analytics.whatif.question import DAY_MS, Question
from analytics.whatif.replay import DATABASE_VARIABLE
from analytics.whatif.run import DASK_FROM_PATIENTS, run, run_on_dask
from stack.dead_letters import database_url
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import Database, connect
from storage.queries import alarm_evidence, alarm_rules
from storage.queries.alarm_rules import VersionRow, Where
from storage.queries.care import SEES_ALL, Viewer
from telemetry.clock import now_ms

MOST_PATIENTS: Final = 1_000_000
NOBODY: Final = UUID(int=0)


def uuid_of(text: str, what: str) -> UUID | None:
    """Read an id; None when it is empty.

    Raises:
        StackError: It is malformed.
    """
    try:
        return UUID(text) if text else None
    except ValueError:
        message = f"{text!r} is no {what} id (a UUID)"
        raise StackError(message) from None


def where_of(patient: str, ward: str, hospital: str) -> Where:
    """Read a scope: a patient, a ward, or neither for everybody.

    Raises:
        StackError: It is two of them, or half of one.
    """
    if patient and (ward or hospital):
        message = "a rule is of a patient or of a ward, not of both"
        raise StackError(message)
    if hospital and not ward:
        message = "--hospital needs --ward"
        raise StackError(message)
    return Where(uuid_of(patient, "patient"), uuid_of(hospital, "hospital"), ward or None)


def values_of(pairs: list[str]) -> dict[str, Any]:
    """Read `name=value` pairs of a rule.

    Raises:
        StackError: A name is unknown or a value no number.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        if name not in FIELDS:
            message = f"{name!r} is nothing that a rule has; there are: {', '.join(FIELDS)}"
            raise StackError(message)
        try:
            values[name] = _value(name, text)
        except (ValueError, KeyError):
            message = f"{pair!r}: not a value that {name} can have"
            raise StackError(message) from None
    return values


def _value(name: str, text: str) -> float | str | bool:
    if name == "enabled":
        return {"true": True, "false": False}[text]
    if name == "priority":
        return {one: one for one in ("high", "medium", "low")}[text]
    return float(text)


def done(folders: Folders, work: "Callable[[str], Coroutine[Any, Any, Any]]") -> Any:  # noqa: ANN401
    """Do something with the database of the stack.

    Raises:
        StackError: It is not known, or does not answer.
    """
    try:
        return asyncio.run(work(database_url(folders)))
    except (OSError, SQLAlchemyError, psycopg.OperationalError) as error:
        raise database_away(error) from error


@asynccontextmanager
async def _database(url: str) -> AsyncIterator[Database]:
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


def builtin(condition: str) -> Rule:
    """The built-in rule of a condition.

    Raises:
        StackError: There is none of that name.
    """
    if condition not in BUILTIN:
        message = f"{condition!r} is no condition; there are: {', '.join(sorted(BUILTIN))}"
        raise StackError(message)
    return BUILTIN[condition]


async def listing(url: str, where: Where) -> list[dict[str, Any]]:
    """Every rule as it holds in a scope, with where each value comes from."""
    async with _database(url) as database, database.read() as session:
        scopes = await scopes_of(session, where)
        current = await alarm_rules.current(session, scopes)
    found = []
    for condition in sorted(BUILTIN):
        held = resolve(condition, scopes, current)
        values = {name: getattr(held.rule, name) for name in FIELDS}
        found.append(
            {
                "condition": condition,
                "unit": held.rule.unit,
                "version": held.rule.version,
                "values": values,
                "sources": dict(held.sources),
            }
        )
    return found


async def change(
    url: str, where: Where, condition: str, values: Mapping[str, Any], reason: str
) -> int:
    """Make the next version of a rule; its number.

    Raises:
        StackError: It makes no sense.
    """
    async with _database(url) as database, database.write() as session:
        scopes = (await scopes_of(session, where))[:-1]
        current = await alarm_rules.current(session, scopes, [condition])
        wider = resolve(condition, scopes, current).rule
        wrong = [
            f"{name} {why}".strip() for name, why in faults(wider, Override(condition, 0, **values))
        ]
        if wrong:
            raise StackError("; ".join(wrong))
        return await alarm_rules.put(session, where, condition, values, reason=reason, by_id=None)


async def versions(url: str, where: Where, condition: str, limit: int) -> list[VersionRow]:
    """Versions of one rule in a scope, the newest first."""
    async with _database(url) as database, database.read() as session:
        return await alarm_rules.history(session, where, condition, after=None, limit=limit)


async def patients(url: str, where: Where) -> list[UUID]:
    """Everybody in a scope of whom something was measured."""
    everyone = Viewer(NOBODY, frozenset({SEES_ALL}))
    async with _database(url) as database, database.read() as session:
        return await alarm_rules.patients_of(session, everyone, where, limit=MOST_PATIENTS)


def answer(  # noqa: PLR0913 (what is asked, and how)
    folders: Folders,
    where: Where,
    condition: str,
    values: Mapping[str, Any],
    *,
    days: int,
    scheduler: str | None,
    alone: bool,
    progress: Callable[[int, int], None],
) -> Answer:
    """Replay the last days with another rule; on Dask for whole hospitals.

    Raises:
        StackError: The rule makes no sense, or database or scheduler do not answer.
    """
    override = Override(
        condition, 0, Scope(where.patient_id, where.hospital_id, where.ward), **values
    )
    wrong = [f"{name} {why}".strip() for name, why in faults(builtin(condition), override)]
    if wrong:
        raise StackError("; ".join(wrong))
    until_ms = now_ms()
    question = Question((override,), until_ms - days * DAY_MS, until_ms)
    some = done(folders, lambda url: patients(url, where))
    url = database_url(folders)
    if scheduler is None and (alone or len(some) < DASK_FROM_PATIENTS):
        return run(question, some, url=url, progress=progress)
    # Processes of a cluster on this machine inherit it; no password is sent to anybody.
    os.environ[DATABASE_VARIABLE] = url
    try:
        return run_on_dask(question, some, scheduler=scheduler, progress=progress)
    except OSError as error:
        message = "the Dask scheduler does not answer"
        raise StackError(message) from error


async def why(url: str, alarm_id: UUID, *, again: bool) -> tuple[Any, Recomputed | None]:
    """An alarm with what it was computed from, and whether it comes out again.

    Raises:
        StackError: There is no such alarm.
    """
    async with _database(url) as database, database.read() as session:
        row = await alarm_evidence.get(session, alarm_id, true())
    if row is None:
        message = "there is no such alarm"
        raise StackError(message)
    if not again:
        return row, None
    async with await connect(url, application_name="jeg-why") as connection:
        return row, await recompute(connection, row.patient_id, row.condition, row.evidence)


def why_text(row: Any, found: Recomputed | None) -> str:  # noqa: ANN401 (an EvidenceRow)
    """Write why an alarm called, in plain lines."""
    rule = row.evidence.get("rule")
    lines = [f"{row.title}: {row.message}", f"rule {row.rule_version}"]
    if rule is not None:
        shown = (f"{name} {rule[name]:g}" for name in ("limit", "delay_s", "hysteresis"))
        lines[1] += f" ({', '.join(shown)})"
    for one in row.evidence.get("series", ()):
        values = one.get("value", [])
        if values:
            lines.append(
                f"{one['metric']}: {len(values)} readings, {min(values):g} to {max(values):g}"
            )
    lines += described(row.condition, row.evidence)
    if found is not None:
        lines += verdict(found)
    return "\n".join(lines)


def verdict(found: Recomputed) -> list[str]:
    """Say whether it comes out again."""
    if found.agrees is None:
        return [f"cannot be computed again: {found.reason}"]
    checked = [f"- {line}" for line in found.checked]
    if found.agrees and checked:
        return ["there are no readings to compute it from: its facts agree", *checked]
    if found.agrees:
        return [f"computed again from {found.readings} stored readings: the same alarm"]
    wrong = [f"- {line}" for line in found.differences]
    if checked:
        return ["its facts do NOT agree", *wrong, "what does", *checked]
    return ["computed again: NOT the same", *wrong]


def as_json(document: Any) -> str:  # noqa: ANN401 (JSON)
    """JSON for other programs."""
    return json.dumps(document, indent=2, default=str)
