"""What the deterioration scores of some hours do to alarms, each with its proof. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from analytics import hour_proof
from analytics.hour_proof import Stay
from analytics.hours import LIVE_MS, Tracks, episodes
from analytics.outcome import Change, Finding
from analytics.rules import Rule
from analytics.scores.hourly import HOUR_MS, Row
from analytics.tracking import Kind

_CALLS = frozenset({Kind.LASTED, Kind.WORSENED})


@dataclass(slots=True)
class Followed:
    """What came of it.

    Attributes:
        changes: Of conditions, by hours that have just ended.
        findings: Episodes in hours that were filled in late: they call nobody.
        tracks: Patient -> the track to remember, None where there is none.

    """

    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tracks: dict[UUID, Any] = field(default_factory=dict)


def follow(
    stays: Sequence[Stay],
    rows: Mapping[UUID, Mapping[int, Row]],
    tracks: Tracks,
    rule_of: Callable[[UUID], Rule],
    now_ms: int,
) -> Followed:
    """Follow the scores of patients, by hour ascending.

    Args:
        stays: What was computed of each patient.
        rows: Patient -> hour -> its deterioration score.
        tracks: As remembered; not changed.
        rule_of: The rule in force for a patient.
        now_ms: What time it is: hours that ended long ago say nothing about now.

    """
    found = Followed()
    for stay in stays:
        patient_id = stay.plan.patient_id
        mine = rows.get(patient_id, {})
        live = {h: row for h, row in mine.items() if (h + 1) * HOUR_MS >= now_ms - LIVE_MS}
        late = {h: row for h, row in mine.items() if h not in live}
        rule = rule_of(patient_id)
        if live:
            _live(stay, live, tracks, rule, found)
        found.findings += [
            replace(one, proof=_late_proof(stay, late, one))
            for one in episodes(patient_id, late, rule)
        ]
    return found


def _live(stay: Stay, rows: Mapping[int, Row], tracks: Tracks, rule: Rule, found: Followed) -> None:
    patient_id = stay.plan.patient_id
    remembered = tracks.open.get(patient_id)
    mine = Tracks({} if remembered is None else {patient_id: remembered})
    for hour, row in rows.items():
        before = mine.open.get(patient_id)
        track = b"" if before is None else before.tobytes()
        for change in mine.take(patient_id, (hour + 1) * HOUR_MS, row, rule):
            calls = change.event.kind in _CALLS
            proof = hour_proof.make(stay, {hour: row}, track) if calls else None
            found.changes.append(replace(change, proof=proof))
    found.tracks[patient_id] = mine.open.get(patient_id)


def _late_proof(stay: Stay, rows: Mapping[int, Row], finding: Finding) -> dict[str, Any]:
    """Prove an episode from all scores up to its end."""
    ended_ms = finding.ended_ms or 0
    return hour_proof.make(
        stay, {hour: row for hour, row in rows.items() if (hour + 1) * HOUR_MS <= ended_ms}
    )
