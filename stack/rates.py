"""Per-second rates from the counters that ingest shows on its metrics page."""

from collections.abc import Sequence

from stack.probes import Reading

COUNTERS = {
    "received": "jeg_ingest_received_total",
    "committed": "jeg_ingest_committed_total",
    "stored": "jeg_ingest_stored_total",
    "duplicate": "jeg_ingest_duplicate_total",
    "rejected": "jeg_ingest_rejected_total",
}
"""Name in `jeg status` -> counter of ingest: messages for the first two, then readings."""


def rates_between(samples: Sequence[tuple[float, Reading]]) -> dict[str, float]:
    """Return each counter's growth per second from the first sample to the last.

    `samples` are (monotonic seconds, reading). A counter that went down was started anew: its
    rate is 0. Empty when there are fewer than two samples with counters.
    """
    usable = [(at, reading.counters) for at, reading in samples if reading.counters]
    if len(usable) < 2:  # noqa: PLR2004  # a rate needs two points
        return {}
    (began, first), (ended, last) = usable[0], usable[-1]
    seconds = ended - began
    return {
        name: round(max(0.0, last.get(counter, 0) - first.get(counter, 0)) / seconds, 1)
        for name, counter in COUNTERS.items()
    }
