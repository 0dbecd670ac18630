"""How a device is, in words that people act on, from what was measured of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from analytics.examination import count
from storage.queries.device_health import HealthFacts

Connectivity = Literal["GOOD", "FAIR", "POOR", "OFFLINE", "UNKNOWN"]
DataQuality = Literal["HIGH", "MEDIUM", "LOW", "UNKNOWN"]
Severity = Literal["info", "warning", "critical"]

RECENT: Final = dt.timedelta(minutes=15)
"""Who was heard within this time is there, whatever the status says: over HTTP there is none."""
FAIR_SHARE, POOR_SHARE = 0.001, 0.05
"""Share of messages that never came."""
MEDIUM_SHARE, LOW_SHARE = 0.01, 0.05
"""Share of readings that were refused."""
GOOD_QUALITY, BAD_QUALITY = 0.8, 0.5
"""Mean of what the device itself says of its readings, from 0 to 1."""
LOW_BATTERY, EMPTY_BATTERY = 20.0, 10.0
"""Percent."""

_CONDITIONS: Final = {
    "offline": "Its status says that it is offline.",
    "no_data": "It was sending regularly and has stopped.",
    "probe_off": "A probe or a lead is off the patient.",
    "clock": "Its clock is wrong: readings are quarantined.",
    "quarantine": "Readings are quarantined for their times.",
}
_AWAY: Final = frozenset({"offline", "no_data"})


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that somebody should look at."""

    code: str
    severity: Severity
    message: str
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a device is."""

    connectivity: Connectivity
    data_quality: DataQuality
    issues: tuple[Issue, ...]


def assess(facts: HealthFacts) -> Health:
    """Judge what was measured."""
    looks = (_state, _conditions, _battery, _account, _faults)
    issues = tuple(issue for look in looks for issue in look(facts))
    return Health(_connectivity(facts), _quality(facts), issues)


def _connectivity(facts: HealthFacts) -> Connectivity:
    device = facts.device
    if device.last_seen is None or device.status == "REVOKED":
        return "UNKNOWN"
    recent = facts.now - device.last_seen < RECENT
    if facts.conditions.keys() & {"offline"} or not (device.is_online or recent):
        return "OFFLINE"
    share = facts.missing / max(facts.messages, 1)
    if facts.conditions.keys() & _AWAY or share > POOR_SHARE:
        return "POOR"
    return "FAIR" if share > FAIR_SHARE else "GOOD"


def _quality(facts: HealthFacts) -> DataQuality:
    refused = sum(facts.refused.values())
    if not facts.readings and not refused:
        return "UNKNOWN"
    share = refused / (facts.readings + refused)
    quality = 1.0 if facts.mean_quality is None else facts.mean_quality
    if share > LOW_SHARE or quality < BAD_QUALITY:
        return "LOW"
    return "MEDIUM" if share > MEDIUM_SHARE or quality < GOOD_QUALITY else "HIGH"


def _state(facts: HealthFacts) -> list[Issue]:
    device = facts.device
    if device.status == "REVOKED":
        return [Issue("revoked", "critical", "It is revoked, for good.")]
    if device.status != "ACTIVE":
        told = "under maintenance" if device.status == "MAINTENANCE" else "switched off here"
        return [Issue(device.status.lower(), "info", f"It is {told}: no readings are taken.")]
    if not device.is_verified:
        told = "It has not proven that it holds its key: no readings are taken."
        return [Issue("unverified", "critical", told, device.owned_since)]
    # `last_seen` is gathered for some seconds before it is written.
    if device.last_seen is None and not (facts.readings or facts.refused or facts.faults):
        return [Issue("never_seen", "warning", "It was never heard of.", device.created_at)]
    return []


def _conditions(facts: HealthFacts) -> list[Issue]:
    return [
        Issue(kind, "critical" if kind in _AWAY else "warning", _CONDITIONS.get(kind, kind), since)
        for kind, since in facts.conditions.items()
    ]


def _battery(facts: HealthFacts) -> list[Issue]:
    level = facts.device.battery_level
    if level is None or level >= LOW_BATTERY:
        return []
    empty = level < EMPTY_BATTERY
    told = f"Its battery is at {level:.0f} %: charge it{' now' if empty else ''}."
    return [Issue("battery", "critical" if empty else "warning", told)]


def _account(facts: HealthFacts) -> list[Issue]:
    issues = []
    if facts.missing:
        told = f"{count(facts.missing, 'message')} of boot {facts.boot} never came."
        issues.append(Issue("gaps", "warning", told))
    for reason, amount in facts.refused.items():
        told = f"{count(amount, 'reading')} refused in the hour before it was last heard: {reason}."
        issues.append(Issue(f"refused_{reason}", "warning", told))
    if facts.clock is not None and facts.clock.state != "good":
        issues.append(Issue("clock_jumped", "warning", "Its clock jumped within this boot."))
    return issues


def _faults(facts: HealthFacts) -> list[Issue]:
    return [
        Issue(
            f"error_{fault.code}",
            "warning",
            f"It reported {fault.code} {count(fault.times, 'time')} within a day.",
            fault.last_at,
        )
        for fault in facts.faults
    ]
