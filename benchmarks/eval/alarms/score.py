"""Calls held against the truth of a simulated ward.

- A call is *about* an illness when its condition shows on a metric on which the illness shows, or
  is a score over all of them.
- A call is *actionable* when it is about an illness of that patient and came between the illness's
  start and `MARGIN_MS` after its relief. An alarm from a fault never is; nor is one about something
  that needed nobody.
- An episode is *found* when a call about it that came after its start was on at some time between
  onset and relief. Sensitivity is the share of the episodes that needed somebody.
- *Delay* is from the onset to the first such call, 0 where it came before; *lead* is how long it
  came before. Medians over the episodes that were found.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from benchmarks.eval.alarms.live import Call
from benchmarks.eval.alarms.wards import Bed
from simulators.truth import Truth

MARGIN_MS: Final = 60_000
"""Somebody who comes a minute after it was over comes for a reason still."""

Figures = dict[str, Any]


def judge(beds: Sequence[Bed], calls: Iterable[Call], days: float) -> dict[str, Figures]:
    """Figures by what a bed is there for, and of the whole `ward`; `days` that each was played."""
    by_patient: dict[UUID, list[Call]] = defaultdict(list)
    for call in calls:
        by_patient[call.patient_id].append(call)
    kinds = list(dict.fromkeys(bed.kind for bed in beds))
    groups = {kind: [bed for bed in beds if bed.kind == kind] for kind in kinds}
    return {
        kind: _figures(group, by_patient, days)
        for kind, group in {**groups, "ward": list(beds)}.items()
    }


def _figures(beds: Sequence[Bed], calls: dict[UUID, list[Call]], days: float) -> Figures:
    total = useful = technical = 0
    episodes: list[tuple[Truth, int | None]] = []
    for bed in beds:
        mine = [call for call in calls[bed.patient_id] if not call.technical]
        technical += len(calls[bed.patient_id]) - len(mine)
        total += len(mine)
        useful += sum(any(actionable(call, truth) for truth in bed.truths) for call in mine)
        episodes += [(truth, found_ms(truth, mine)) for truth in bed.truths if truth.actionable]
    late = [at - truth.onset_ms for truth, at in episodes if at is not None and truth.onset_ms]
    return {
        "sensitivity": round(len(late) / len(episodes), 4) if episodes else None,
        "delay_s": _median([max(0, ms) for ms in late]),
        "alarms_per_patient_day": round(total / (len(beds) * days), 3),
        "actionable_share": round(useful / total, 4) if total else 0.0,
        "lead_s": _median([max(0, -ms) for ms in late]),
        "episodes": len(episodes),
        "alarms": total,
        "patient_days": round(len(beds) * days, 3),
        "technical_alarms_per_patient_day": round(technical / (len(beds) * days), 3),
    }


def actionable(call: Call, truth: Truth) -> bool:
    """Whether somebody who answers this call meets this illness."""
    if truth.relief_ms is None or not _about(call, truth):
        return False
    return truth.start_ms <= call.at_ms <= truth.relief_ms + MARGIN_MS


def found_ms(truth: Truth, calls: Sequence[Call]) -> int | None:
    """When somebody was first called, by time, with a call that was on while it mattered."""
    if truth.onset_ms is None or truth.relief_ms is None:
        return None
    for call in calls:
        timely = truth.start_ms <= call.at_ms < truth.relief_ms
        lasting = call.ended_ms is None or call.ended_ms > truth.onset_ms
        if timely and lasting and _about(call, truth):
            return call.at_ms
    return None


def _about(call: Call, truth: Truth) -> bool:
    return not call.metrics or not set(call.metrics).isdisjoint(truth.signs)


def _median(values_ms: Sequence[int]) -> float | None:
    return round(statistics.median(values_ms) / 1000, 1) if values_ms else None
