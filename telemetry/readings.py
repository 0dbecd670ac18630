"""From samples as they came to readings that may be stored: units, bounds, times, quality."""

from dataclasses import dataclass, field

from telemetry.clock import EARLIEST_MS, Window
from telemetry.errors import Reason
from telemetry.metrics import CONVERSIONS, METRICS_BY_NAME, Conversion, Metric
from telemetry.samples import Refusal, Sample

MAX_RUN = 10_000
"""Most readings in one run."""


@dataclass(slots=True)
class Columns:
    """Usable readings as parallel lists of one length.

    Attributes:
        metric: `Metric.id`.
        time_ms: Measured at, milliseconds since 1970.
        value: In the metric's canonical unit.
        quality: 0 to 1.

    """

    metric: list[int] = field(default_factory=list)
    time_ms: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    quality: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.metric)


def validate(samples: list[Sample], window: Window, out: Columns) -> list[Refusal]:
    """Append every usable reading of `samples` to `out`; return what was refused.

    The caller's time window decides which instants are plausible.
    """
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
    values = [convert(value) for value in raw]
    if not (metric.low <= min(values) and max(values) <= metric.high):
        return Refusal(Reason.OUT_OF_RANGE, sample, n)
    quality = 1.0 if sample.q is None else sample.q
    if not 0 <= quality <= 1:
        return Refusal(Reason.INVALID_QUALITY, sample, n)
    out.metric.extend([metric.id] * n)
    out.time_ms.extend(range(start, end + 1, step))
    out.value.extend(values)
    out.quality.extend([quality] * n)
    return None
