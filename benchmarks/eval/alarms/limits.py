"""What a monitor without an engine does with the same limits: calls when a reading crosses.

Bare limits: an alarm for each time that a reading is at the limit or beyond it after one that was
not, over as soon as one is inside again. No delay, no hysteresis, no look at the quality. With a
delay: the same, but nobody is called until it has been so for `delay_ms`. Heart rate and pulse are
one condition here too, which saves this baseline the second alarm. There is no score.
"""

from uuid import UUID

import numpy as np

from analytics.rules import BUILTIN, HIGH_SIDE, LOW_SIDE, Category, Rule, condition_of
from benchmarks.eval.alarms.live import Call
from benchmarks.eval.alarms.traffic import Traffic

Span = tuple[int, int | None]
"""From the first reading beyond to the first one inside again; None: still beyond at the end."""


def limits(traffic: Traffic, delay_ms: int = 0) -> list[Call]:
    """Every call of limits with one delay for all, by time."""
    order = np.argsort(traffic.series, kind="stable")
    bounds = np.searchsorted(traffic.series[order], np.arange(len(traffic.channels) + 1))
    spans: dict[tuple[UUID, str], list[Span]] = {}
    for number, channel in enumerate(traffic.channels):
        mine = order[bounds[number] : bounds[number + 1]]
        for side in (LOW_SIDE, HIGH_SIDE):
            condition = condition_of(channel.metric, side)
            if condition is not None and BUILTIN[condition].category is Category.PHYSIOLOGICAL:
                key = (channel.patient_id, condition)
                spans.setdefault(key, []).extend(_beyond(traffic, mine, BUILTIN[condition]))
    calls = [
        Call(patient_id, condition, BUILTIN[condition].metrics, start + delay_ms, end)
        for (patient_id, condition), found in spans.items()
        for start, end in _joined(found)
        if end is None or end - start > delay_ms
    ]
    return sorted(calls, key=lambda call: call.at_ms)


def _beyond(
    traffic: Traffic, mine: np.ndarray[tuple[int], np.dtype[np.int64]], rule: Rule
) -> list[Span]:
    """Spans in which one series is beyond the limit; a value holds until the next one."""
    time_ms, value = traffic.time_ms[mine], traffic.value[mine]
    beyond = value <= rule.limit if rule.side == LOW_SIDE else value >= rule.limit
    edges = np.flatnonzero(np.diff(beyond, prepend=False))
    starts, ends = time_ms[edges[::2]].tolist(), time_ms[edges[1::2]].tolist()
    return list(zip(starts, [*ends, None][: len(starts)], strict=True))


def _joined(spans: list[Span]) -> list[Span]:
    """Spans of several series as spans in which at least one of them is beyond."""
    joined: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if joined and (joined[-1][1] is None or start <= joined[-1][1]):
            last = joined[-1][1]
            joined[-1] = (joined[-1][0], None if last is None or end is None else max(last, end))
        else:
            joined.append((start, end))
    return joined
