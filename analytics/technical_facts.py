"""The facts that a technical alarm rests on: kept with it, told, and held against what is stored.

A technical alarm is about equipment, so there are no readings to compute it from. What can be done
again is the decision, from its facts, and the look at what is stored about the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg

from analytics import storms
from analytics.recomputed import Recomputed
from analytics.storms import Place
from analytics.technical import AWAY, Condition, Kind, TechnicalSettings, Watch
from storage.queries import technical as sql
from telemetry.clock import from_ms

_MOST_MEMBERS: Final = 200
_SLACK_MS: Final = 1_000
"""Clocks of programs on several machines are not quite the same."""
_CANARY: Final = "platform_canary:"

Db = psycopg.AsyncConnection[Any]
Verdict = tuple[list[str], list[str]]
"""What was checked, and what is not so."""


def of_device(one: Condition, watch: Watch, place: Place, now_ms: int) -> dict[str, Any]:
    """Facts of an alarm of one device that is raised at `now_ms`."""
    return {
        "since_ms": one.since_ms,
        "spoken_ms": one.heard_ms,
        "raised_ms": now_ms,
        "wait_ms": watch.wait_ms,
        "amount": one.amount,
        "least": watch.least,
        "received_ms": place.received_ms,
    }


def of_group(
    members: Sequence[Condition], size: int, settings: TechnicalSettings, now_ms: int
) -> dict[str, Any]:
    """Facts of an alarm of a group of devices that are away together."""
    return {
        "raised_ms": now_ms,
        "members": [[str(one.device_id), one.since_ms] for one in members[:_MOST_MEMBERS]],
        "away": len(members),
        "of": size,
        "least": settings.storm_devices,
        "share": settings.storm_share,
        "window_ms": settings.storm_window_ms,
    }


def described(condition: str, evidence: Mapping[str, Any]) -> list[str]:
    """Tell the facts in plain lines; none where an alarm rests on readings."""
    if condition.startswith(_CANARY) and "canary" in evidence:
        return [_run(name, took) for name, took in sorted(evidence["canary"].items())]
    facts = evidence.get("facts")
    if facts is None:
        return []
    if "members" in facts:
        return _group_lines(facts)
    kind, _ = condition.split(":", 1)
    return list(_device_lines(Kind(kind), facts, evidence.get("code", "")))


def _run(name: str, took_ms: float | None) -> str:
    return f"{name}: " + ("did not come through" if took_ms is None else f"came after {took_ms} ms")


def _group_lines(facts: Mapping[str, Any]) -> list[str]:
    within, first = _seconds(facts["window_ms"]), _at(_first(facts))
    return [
        f"{facts['away']} of {facts['of']} devices in use went away within {within}",
        f"the first of them at {first}",
        f"from {facts['least']} devices and {facts['share']:.0%} of them on they are one alarm",
    ]


def _device_lines(kind: Kind, facts: Mapping[str, Any], code: str) -> Iterable[str]:
    since, said = _at(facts["since_ms"]), f" ({code})" if code else ""
    yield {
        Kind.NO_DATA: f"last message received at {since}",
        Kind.OFFLINE: f"the device or the broker said at {since} that it is offline",
        Kind.PROBE_OFF: f"the device said at {since} that a probe is off{said}",
        Kind.CLOCK: f"its times were first found wrong at {since}{said}",
        Kind.QUARANTINE: f"its readings were first held back at {since}{said}",
    }[kind]
    if facts["received_ms"] is not None:
        yield f"last reading received at {_at(facts['received_ms'])}"
    if kind not in AWAY:
        yield f"last said or found at {_at(facts['spoken_ms'])}"
        yield f"{facts['amount']} so far, from {facts['least']} on it is an alarm"
    yield f"raised at {_at(facts['raised_ms'])}, {_seconds(facts['wait_ms'])} after the first word"


async def check(connection: Db, condition: str, evidence: Mapping[str, Any]) -> Recomputed:
    """Decide again from the facts, and hold them against what is stored."""
    if condition.startswith(_CANARY) and "canary" in evidence:
        return _verdict(_canary(condition.removeprefix(_CANARY), evidence["canary"]))
    facts = evidence.get("facts")
    if facts is None:
        return Recomputed(None, reason="it rests on facts about equipment that were not kept")
    if "members" in facts:
        return _verdict(_group(facts))
    kind, device = condition.split(":", 1)
    return _verdict(await _device(connection, Kind(kind), UUID(device), facts))


def _verdict(found: Verdict) -> Recomputed:
    checked, wrong = found
    return Recomputed(not wrong, differences=tuple(wrong), checked=tuple(checked))


def _canary(name: str, channels: Mapping[str, float | None]) -> Verdict:
    line = _run(name, channels.get(name))
    return ([line], []) if channels.get(name) is None else ([], [line])


def _group(facts: Mapping[str, Any]) -> Verdict:
    times = sorted(since_ms for _, since_ms in facts["members"])
    checked = [f"{len(times)} devices away between {_at(times[0])} and {_at(times[-1])}"]
    wrong = []
    if times[-1] - times[0] > facts["window_ms"]:
        wrong.append(f"they did not go away within {_seconds(facts['window_ms'])}")
    if not storms.enough(facts["away"], facts["of"], facts["least"], facts["share"]):
        wrong.append(f"{facts['away']} of {facts['of']} devices are too few for one alarm")
    return checked, wrong


async def _device(connection: Db, kind: Kind, device_id: UUID, facts: Mapping[str, Any]) -> Verdict:
    since_ms, raised_ms = facts["since_ms"], facts["raised_ms"]
    checked: list[str] = []
    wrong: list[str] = []
    waited = f"{_seconds(raised_ms - since_ms)} went by, {_seconds(facts['wait_ms'])} were needed"
    late = raised_ms + _SLACK_MS < since_ms + facts["wait_ms"]
    (wrong if late else checked).append(waited)
    if facts["amount"] < facts["least"]:
        wrong.append(f"{facts['amount']} are too few: {facts['least']} are needed")
    if kind in AWAY:
        bounds = (device_id, from_ms(since_ms + _SLACK_MS), from_ms(raised_ms))
        cursor = await connection.execute(sql.HEARD_BETWEEN, bounds)
        measured, received = await cursor.fetchone() or (0, None)
        between = f"between {_at(since_ms)} and {_at(raised_ms)}"
        if received is not None:
            wrong.append(f"a reading was received at {received:%H:%M:%S} UTC, {between}")
        elif measured:
            checked.append(f"{measured} readings measured {between} came afterwards")
        else:
            checked.append(f"no reading measured {between} is stored")
    return checked, wrong


def _first(facts: Mapping[str, Any]) -> int:
    return min((int(since_ms) for _, since_ms in facts["members"]), default=int(facts["raised_ms"]))


def _at(time_ms: int) -> str:
    return f"{from_ms(max(time_ms, 0)):%Y-%m-%d %H:%M:%S} UTC"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:g} s"
