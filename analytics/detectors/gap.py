"""Gap: samples that should have come and did not."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Walk, after, runs, whole

_NO_SHARE: Final = 0.001


@dataclass(frozen=True, slots=True)
class Gap(Learner):
    """Share of samples that are missing, against the usual interval of the series.

    usual: the running median of the interval, taken a step of `step` up or down in ratio with
    each reading that is more than a step away from it. missing = round(interval / usual) - 1. The
    share is an exponentially weighted mean in which each missing sample counts as 1 and each that
    came as 0: s = (1 - (1 - s) (1 - weight)^missing) (1 - weight). From 0 to 1, no unit; under a
    thousandth it is 0.

    Attributes:
        weight: Of one sample; 1 / weight samples are about what is looked back on.
        step: By how much the usual interval follows, as a ratio.
        warm_up: Readings before there is a score.

    It sees gaps that are over; a silence that lasts is the clock's to see. Source: the median is
    Frugal-1U of Ma, Muthukrishnan & Sandler 2013 (doi 10.1007/978-3-642-40273-9_7), in ratios;
    the weighting Roberts 1959 (doi 10.1080/00401706.1959.10489860).

    >>> gap = Gap(weight=0.5, warm_up=2)
    >>> rows, time_ms = np.zeros(4, np.int64), np.array([1, 2, 3, 7]) * 1000
    >>> gap.score(gap.fresh(1), rows, time_ms, np.zeros(4)).round(2).tolist()
    [nan, nan, 0.0, 0.44]

    """

    weight: float = 0.05
    step: float = 1.05
    warm_up: int = 20

    name: ClassVar[str] = "gap"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [("last_ms", "<i8"), ("usual_ms", "<f8"), ("share", "<f8"), ("count", "<i4")]
    )

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:  # noqa: ARG002 (it looks at times alone)
        starts, lengths = runs(rows)
        mine, ends = rows[starts], starts + lengths - 1
        last, usual = state["last_ms"][mine], state["usual_ms"][mine]
        interval = time_ms - after(starts, time_ms, last)
        # Nearly always what should have come has come: the share stays 0, the usual as it was.
        steady = (state["count"][mine] == self.warm_up + 2) & (state["share"][mine] == 0)
        steady &= np.minimum.reduceat(interval, starts) >= usual / self.step
        steady &= np.maximum.reduceat(interval, starts) <= usual * self.step
        scores = np.zeros(len(time_ms))
        state["last_ms"][mine[steady]] = time_ms[ends[steady]]
        others = whole(starts, lengths, ~steady)
        if len(others):
            scores[others] = self._one_by_one(state, rows[others], time_ms[others])
        return scores

    def _one_by_one(self, state: State, rows: Ints, time_ms: Ints) -> Floats:
        walk, scores = Walk(rows), np.empty(len(rows))
        last, usual, share, count = (
            state[name][walk.rows] for name in ("last_ms", "usual_ms", "share", "count")
        )
        for part, index in walk:
            now, rhythm, n = time_ms[index], usual[part], count[part]
            interval = np.maximum(now - last[part], 1).astype(np.float64)
            expected = np.rint(interval / np.where(n > 1, rhythm, interval))
            came = (1 - share[part]) * (1 - self.weight) ** np.maximum(expected - 1, 0)
            lost = (1 - came) * (1 - self.weight)
            share[part] = np.where((n > 1) & (lost >= _NO_SHARE), lost, 0.0)
            scores[index] = np.where(n >= self.warm_up, share[part], np.nan)
            follow = np.where(interval > rhythm * self.step, self.step, 1.0)
            follow[interval < rhythm / self.step] = 1 / self.step
            usual[part] = np.where(n > 1, rhythm * follow, np.where(n == 1, interval, 0.0))
            last[part] = now
            count[part] = np.minimum(n + 1, self.warm_up + 2)
        state["last_ms"][walk.rows], state["usual_ms"][walk.rows] = last, usual
        state["share"][walk.rows], state["count"][walk.rows] = share, count
        return scores


EXAMPLES: Final = (Gap(), Gap(weight=0.3, step=1.2, warm_up=3))
