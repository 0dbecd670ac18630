"""What readings are worth, and what is unusual about those that are believed.

An artefact says nothing about the patient: it takes part in no limit, score or baseline. That so
many come that nobody watches over the sign any more is a technical condition of its own.
"""

from typing import Final

import numpy as np

from analytics.desk import Desk, Scores
from analytics.detectors.artefact import disagreement, doubt
from analytics.detectors.base import Bools, Floats, Ints
from analytics.newest import Newest
from analytics.outcome import Readings
from analytics.rules import LANES, MINIMUM_QUALITY, TECHNICAL_LANES
from telemetry.metrics import METRICS

COMPARED_MS: Final = 10_000
"""Age up to which a heart rate is compared with a pulse."""
DISTURBED_MS: Final = 60_000
"""For so long a pulse that nobody believes speaks against its probe. After that the heart rate may
be what is wrong, and a patient who desaturates must not be left alone."""
_PULSE, _HEART = METRICS["pulse_rate"].id, METRICS["heart_rate"].id
_SATURATION = METRICS["oxygen_saturation"].id
_QUALITY: Final = LANES.index("signal_quality")
_BASELINE: Final = LANES.index("baseline")
_UNUSUAL: Final = tuple(LANES.index(name) for name in ("rate_of_change", "baseline", "drift"))


def judge(desk: Desk, rows: Ints, live: Readings) -> tuple[Scores, Bools]:
    """Scores of what is technical, and which readings are believed.

    What speaks against a reading is the worst of what the device says of it itself, of what a
    body can do, for a pulse, of the heart rate beside it, and for a saturation, of its probe's
    pulse.
    """
    poor = doubt(live.quality, MINIMUM_QUALITY)
    fit = np.where(poor < 1, live.value, np.nan)
    own = desk.learn(desk.book.artefact, rows, live.time_ms, fit)
    doubts = np.fmax(poor, own)
    pulses = np.flatnonzero((desk.metric[rows] == _PULSE) & (doubts < 1))
    if len(pulses):
        other = heart_rates(desk, rows, live, doubts < 1, pulses)
        doubts[pulses] = np.fmax(doubts[pulses], disagreement(live.value[pulses], other))
    saturations = np.flatnonzero((desk.metric[rows] == _SATURATION) & (doubts < 1))
    if len(saturations):
        disturbed = probe_disturbed(desk, rows, live, doubts < 1, saturations)
        doubts[saturations[disturbed]] = 1.0
    scores: Scores = {}
    for lane in TECHNICAL_LANES:
        seen = doubts if lane == _QUALITY else live.value
        idle = desk.idle(lane)
        if idle and not desk.book.learn_idle:
            continue
        raw = desk.learn(desk.book.detectors[lane], rows, live.time_ms, seen)
        if not idle:
            scores[lane] = raw - desk.thresholds(lane)[rows]
    return scores, doubts < 1


def unusual(desk: Desk, rows: Ints, believed: Readings) -> Scores:
    """Scores of what is unusual for this patient, though within every limit."""
    scores: Scores = {}
    for lane in _UNUSUAL:
        idle, time_ms = desk.idle(lane), believed.time_ms
        if idle and not desk.book.learn_idle:
            continue
        if lane == _BASELINE:
            time_ms = desk.book.zones.local_ms(desk.book.zone[desk.slots[rows]], time_ms)
        raw = desk.learn(desk.book.detectors[lane], rows, time_ms, believed.value)
        if not idle:
            scores[lane] = raw - desk.thresholds(lane)[rows]
    return scores


def heart_rates(desk: Desk, rows: Ints, live: Readings, believed: Bools, pulses: Ints) -> Floats:
    """Newest heart rate of the patient before each pulse (m,); NaN where there is none fresh.

    Before, and not at the same instant: whether both come in one batch makes no difference.
    """
    patient = desk.book.patient[desk.slots]
    known = np.flatnonzero((desk.metric == _HEART) & (desk.records["last_ms"] >= 0))
    new = np.flatnonzero((desk.metric[rows] == _HEART) & believed)
    hearts = Newest(
        np.concatenate((patient[known], patient[rows[new]])),
        np.concatenate((desk.records["last_ms"][known], live.time_ms[new])),
        np.concatenate((desk.records["last_value"][known], live.value[new])),
    )
    value, age_ms = hearts.at(patient[rows[pulses]], live.time_ms[pulses], before=True)
    return np.where(age_ms <= COMPARED_MS, value, np.nan)


def probe_disturbed(
    desk: Desk, rows: Ints, live: Readings, believed: Bools, saturations: Ints
) -> Bools:
    """Which saturations (m,) come from a probe whose newest pulse before them was doubted.

    Both are read from one light: a probe that counts movements for beats measures no oxygen. Where
    no pulse has been believed within `DISTURBED_MS`, that says nothing any more.
    """
    device, records = desk.book.device[desk.slots], desk.records
    known = np.flatnonzero((desk.metric == _PULSE) & (device >= 0) & (records["newest_ms"] >= 0))
    new = np.flatnonzero((desk.metric[rows] == _PULSE) & (device[rows] >= 0))
    owner = np.concatenate((device[known], device[rows[new]]))
    doubted = np.concatenate(
        (records["newest_ms"][known] > records["last_ms"][known], ~believed[new])
    )
    newest = Newest(
        owner,
        np.concatenate((records["newest_ms"][known], live.time_ms[new])),
        doubted.astype(np.float64),
    )
    trusted_ms = np.concatenate((records["last_ms"][known], live.time_ms[new]))
    sure = np.concatenate((records["last_ms"][known] >= 0, believed[new]))
    trusted = Newest(owner[sure], trusted_ms[sure], np.ones(int(sure.sum())))
    probe, time_ms = device[rows[saturations]], live.time_ms[saturations]
    wrong, age_ms = newest.at(probe, time_ms, before=True)
    right, since_ms = trusted.at(probe, time_ms, before=True)
    lately = (right == 1) & (since_ms <= DISTURBED_MS)
    disturbed: Bools = (wrong == 1) & (age_ms <= COMPARED_MS) & lately
    return disturbed
