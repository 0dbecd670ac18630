"""From samples as they came to readings that may be stored: units, bounds, times, quality."""

import math
from array import array
from dataclasses import dataclass, field
from typing import Any

from telemetry.clock import EARLIEST_MS, Window
from telemetry.errors import Reason
from telemetry.metrics import CONVERSIONS, METRICS_BY_NAME, Conversion, Metric, same
from telemetry.samples import Refusal, Sample

MAX_RUN = 10_000
"""Most readings in one run."""
MANY = 8
"""From so many on, the readings of a message are taken together as long as nothing is wrong."""


@dataclass(slots=True)
class Columns:
    """Usable readings as parallel arrays of one length.

    Attributes:
        metric: `Metric.id`.
        time_ms: Measured at, milliseconds since 1970.
        value: In the metric's canonical unit.
        quality: 0 to 1.

    """

    metric: "array[int]" = field(default_factory=lambda: array("i"))
    time_ms: "array[int]" = field(default_factory=lambda: array("q"))
    value: "array[float]" = field(default_factory=lambda: array("d"))
    quality: "array[float]" = field(default_factory=lambda: array("f"))

    def __len__(self) -> int:
        return len(self.metric)


def validate(samples: list[Sample], window: Window, out: Columns) -> list[Refusal]:
    """Append every usable reading of `samples` to `out`; return what was refused.

    The caller's time window decides which instants are plausible.
    """
    if len(samples) >= MANY and _enter_together(samples, window, out):
        return []
    return _enter_one_by_one(samples, window, out)


def _enter_one_by_one(samples: list[Sample], window: Window, out: Columns) -> list[Refusal]:
    refusals: list[Refusal] = []
    latest_ms = window.latest_ms
    for sample in samples:
        found = CONVERSIONS.get((sample.c, sample.u))
        if found is None:
            refusals.append(_unknown(sample))
            continue
        metric, convert = found
        value = sample.v
        if isinstance(value, list):
            refusal = _validate_run(sample, value, found, window, out)
            if refusal is not None:
                refusals.append(refusal)
            continue
        value = convert(value)
        if not metric.low <= value <= metric.high:
            refusals.append(Refusal(Reason.OUT_OF_RANGE, sample))
            continue
        instant = sample.t
        if instant.__class__ is not int or not EARLIEST_MS <= instant <= latest_ms:
            classified = window.classify(instant)
            if isinstance(classified, Reason):
                refusals.append(Refusal(classified, sample))
                continue
            instant = classified
        quality = sample.q
        if quality is None:
            quality = 1.0
        elif not 0 <= quality <= 1:
            refusals.append(Refusal(Reason.INVALID_QUALITY, sample))
            continue
        out.metric.append(metric.id)
        out.time_ms.append(instant)
        out.value.append(value)
        out.quality.append(quality)
    return refusals


_Block = tuple[int, list[int], list[float], "array[float]"]
"""Metric, times, values and qualities of readings of one metric."""


def _enter_together(samples: list[Sample], window: Window, out: Columns) -> bool:
    """Append single readings that are all usable; append nothing when one needs a closer look.

    The readings of one metric stay in their order.
    """
    names = dict.fromkeys([sample.c for sample in samples])
    groups: dict[str, list[Sample]] = {name: [] for name in names}
    if len(names) == 1:
        groups = {samples[0].c: samples}
    else:
        for sample in samples:
            groups[sample.c].append(sample)
    blocks: list[_Block] = []
    for group in groups.values():
        block = _block(group, window)
        if block is None or any(block[0] == metric for metric, *_ in blocks):
            return False  # of one metric under two names, too, the order has to stay
        blocks.append(block)
    for metric, times, values, qualities in blocks:
        out.metric.extend(array("i", (metric,)) * len(times))
        out.time_ms.extend(array("q", times))
        out.value.extend(array("d", values))
        out.quality.extend(qualities)
    return True


def _block(group: list[Sample], window: Window) -> _Block | None:
    """Readings of one metric, if they are single ones of one unit, and all of them usable."""
    n, unit = len(group), group[0].u
    found = CONVERSIONS.get((group[0].c, unit))
    if found is None or [sample.u for sample in group].count(unit) != n:
        return None
    metric, convert = found
    times: list[Any] = [sample.t for sample in group]
    values: list[Any] = [sample.v for sample in group]
    qualities: list[Any] = [sample.q for sample in group]
    try:
        if not EARLIEST_MS <= min(times) <= max(times) <= window.latest_ms:
            return None
        if convert is not same:
            values = [convert(value) for value in values]
        if not metric.low <= min(values) <= max(values) <= metric.high:
            return None
        if not math.isfinite(sum(values)):
            return None
        if qualities.count(None) == n:
            return metric.id, times, values, array("f", (1.0,)) * n
        if not 0 <= min(qualities) <= max(qualities) <= 1:
            return None
    except TypeError:
        return None
    return metric.id, times, values, array("f", qualities)


def _unknown(sample: Sample) -> Refusal:
    known = sample.c in METRICS_BY_NAME
    reason = Reason.UNKNOWN_UNIT if known else Reason.UNKNOWN_METRIC
    return Refusal(reason, sample, count(sample))


def count(sample: Sample) -> int:
    """Readings in one sample: the length of a run, else one."""
    return len(sample.v) if isinstance(sample.v, list) else 1


def _validate_run(
    sample: Sample,
    raw: list[float],
    found: tuple[Metric, Conversion],
    window: Window,
    out: Columns,
) -> Refusal | None:
    """Append a run of evenly spaced readings, all or none of it."""
    n = len(raw)
    step = sample.dt
    if not 0 < n <= MAX_RUN or step is None or step <= 0:
        return Refusal(Reason.INVALID_PAYLOAD, sample, max(n, 1))
    start = window.classify(sample.t0)
    if isinstance(start, Reason):
        return Refusal(start, sample, n)
    end = start + (n - 1) * step
    if end > window.latest_ms:
        return Refusal(Reason.TIME_IN_FUTURE, sample, n)
    metric, convert = found
    values = raw if convert is same else [convert(value) for value in raw]
    if not (metric.low <= min(values) and max(values) <= metric.high):
        return Refusal(Reason.OUT_OF_RANGE, sample, n)
    quality = 1.0 if sample.q is None else sample.q
    if not 0 <= quality <= 1:
        return Refusal(Reason.INVALID_QUALITY, sample, n)
    out.metric.extend(array("i", (metric.id,)) * n)
    out.time_ms.extend(array("q", range(start, end + 1, step)))
    out.value.extend(array("d", values))
    out.quality.extend(array("f", (quality,)) * n)
    return None
