"""Alarms in words: titles and messages for people."""

import datetime as dt
from dataclasses import dataclass

from analytics.rules import DETERIORATION, HIGH_SIDE, LIMITS, NEWS2, Priority, Rule
from analytics.technical import Condition, Kind
from analytics.tracking import Event
from analytics.tracking import Kind as Turn
from telemetry.clock import from_ms, to_ms
from telemetry.metrics import METRICS

_SCORES = {NEWS2: "NEWS2", DETERIORATION: "Deterioration score"}
_TURNED = {
    Turn.EASED: "no longer high priority since",
    Turn.ENDED: "over since",
    Turn.EXPIRED: "not known any more since",
}
"""What no longer holds: the worst value of an episode is then not how it is now."""
_HALF_A_DAY_MS = 12 * 3_600_000
"""Longer ago, a time of day alone would be taken for a later one."""
_SHOWN_UNITS = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "", "%": "%"}


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst value of a time, and when it was first measured; None where nobody knows."""

    value: float
    at: dt.datetime | None


def shown(value: float, unit: str) -> str:
    """Show a value with its unit as people write it, to a tenth.

    >>> shown(-0.04, "{score}"), shown(36.96, "Cel")
    ('0', '37 °C')
    """
    # Nobody writes a zero with a sign.
    number = f"{round(value, 1) + 0.0:g}"
    return f"{number} {_SHOWN_UNITS.get(unit, unit)}".strip()


def named(metric: str) -> str:
    """Name of a metric, or of another input of a score, within a sentence."""
    known = METRICS.get(metric)
    name = metric.replace("_", " ") if known is None else known.display
    # What begins with two capitals is an abbreviation.
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def limit_message(  # noqa: PLR0913 (what one sentence is about)
    rule: Rule,
    metric: str,
    episode: Worst,
    priority: Priority,
    *,
    event: Event | None = None,
    worst: Worst | None = None,
    note: str = "",
) -> str:
    """Say which value is beyond which limit, and for a high priority, why it is high.

    Args:
        rule: What it is measured against.
        metric: What was measured.
        episode: The worst of the present episode, in the rule's unit.
        priority: Of the alarm.
        event: What happened, where it may be that the value is no longer so.
        worst: The worst while the alarm was open, where it may be another one.
        note: What else a person should read.

    """
    name = _SCORES.get(metric) or METRICS[metric].display
    if rule.detector != LIMITS:
        name = f"{name}: {rule.title.lower()}, score"
    side = "or more" if rule.side == HIGH_SIDE else "or less"
    limits = f"alarm at {shown(rule.limit, rule.unit)} {side}"
    was_high = priority is Priority.HIGH or (event is not None and event.kind is Turn.EASED)
    if was_high and rule.severe_limit is not None:
        limits += f", high priority at {shown(rule.severe_limit, rule.unit)} {side}"
    parts = [f"{_episode(name, rule, episode, event)} ({limits})"]
    if worst is not None and worst.value != episode.value:
        parts.append(f"worst {_dated(worst, rule, event)}")
    return "; ".join([*parts, note] if note else parts)


def _episode(name: str, rule: Rule, episode: Worst, event: Event | None) -> str:
    if event is not None and event.kind is Turn.CORRECTED:
        return f"{name}: the reading was corrected or deleted"
    if event is None or event.kind not in _TURNED:
        return f"{name} {_dated(episode, rule, event)}"
    turned = f"{_TURNED[event.kind]} {from_ms(event.at_ms):%H:%M:%S} UTC"
    return f"{name} {_dated(episode, rule, event, ' at worst')}, {turned}"


def _dated(worst: Worst, rule: Rule, event: Event | None, standing: str = "") -> str:
    said = f"{shown(worst.value, rule.unit)}{standing}"
    if worst.at is None:
        return said
    lately = event is not None and event.at_ms - to_ms(worst.at) < _HALF_A_DAY_MS
    return f"{said}{'' if lately else f' on {worst.at:%Y-%m-%d}'} at {worst.at:%H:%M:%S} UTC"


def silent_message(device: str, heard_ms: int) -> str:
    """Say which device is silent, and since when."""
    return f"No data from {device} since {from_ms(max(heard_ms, 0)):%H:%M:%S} UTC"


def technical_message(condition: Condition, name: str) -> str:
    """Say what is wrong with a device, in the device's own words where it has some."""
    device = f"{name} ({str(condition.device_id)[:8]})"
    since = f"{from_ms(condition.since_ms):%H:%M:%S} UTC"
    code = f" ({condition.code})" if condition.code else ""
    return {
        Kind.OFFLINE: f"{device} is offline since {since}",
        Kind.NO_DATA: silent_message(device, condition.since_ms),
        Kind.PROBE_OFF: f"{device} says that a probe is off the patient{code}, since {since}",
        Kind.CLOCK: f"The clock of {device} is wrong{code}: its readings are held back",
        Kind.QUARANTINE: f"Readings of {device} are held back{code}: {condition.amount} so far",
    }[condition.kind]
