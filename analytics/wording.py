"""Alarms in words: titles and messages for people."""

from analytics.outcome import Change
from analytics.rules import HIGH_SIDE, NEWS2, Rule
from telemetry.clock import from_ms
from telemetry.metrics import METRICS

SILENT_TITLE = "No data"

_SHOWN_UNITS = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "", "%": "%"}


def shown(value: float, unit: str) -> str:
    """Show a value with its unit as people write it, to a tenth."""
    number = f"{round(value, 1):g}"
    return f"{number} {_SHOWN_UNITS.get(unit, unit)}".strip()


def limit_message(rule: Rule, metric: str, score: float, note: str = "") -> str:
    """Say which value is beyond which limit."""
    name = "NEWS2" if metric == NEWS2 else METRICS[metric].display
    side = "or more" if rule.side == HIGH_SIDE else "or less"
    value, limit = shown(rule.score_to_value(score), rule.unit), shown(rule.limit, rule.unit)
    return f"{name} {value} (alarm at {limit} {side})" + (f"; {note}" if note else "")


def message(change: Change) -> str:
    """Say what a change is about."""
    if change.rule is None:
        heard = from_ms(max(change.event.started_ms, 0))
        return f"A device that was sending has been silent since {heard:%H:%M:%S} UTC"
    return limit_message(change.rule, change.channel.metric, change.event.score, change.note)
