"""What readings are worth, and what is unusual about those that are believed.

An artefact says nothing about the patient: it takes part in no limit, score or baseline. That so
many come that nobody watches over the sign any more is a technical condition of its own.
"""

from typing import Final

import numpy as np

from analytics.desk import Desk
from analytics.detectors.artefact import disagreement, doubt
from analytics.detectors.base import Bools, Floats, Ints, period_of
from analytics.memory import LEARNERS
from analytics.newest import Newest
from analytics.outcome import Readings
from analytics.profiles import SIDES
from analytics.rules import LANES, MINIMUM_QUALITY, TECHNICAL_LANES
from analytics.strands import Strands
from telemetry.metrics import METRICS

COMPARED_MS: Final = 10_000
"""Age up to which a heart rate is compared with a pulse."""
LEAST_APART: Final = 20.0
"""A heart rate and a pulse that are less apart never disagree."""
DISTURBED_MS: Final = 60_000
"""For so long a pulse that nobody believes speaks against its probe. After that the heart rate may
be what is wrong, and a patient who desaturates must not be left alone."""
_PULSE, _HEART = METRICS["pulse_rate"].id, METRICS["heart_rate"].id
_SATURATION = METRICS["oxygen_saturation"].id
_QUALITY: Final = LANES.index("signal_quality")
_BASELINE: Final = LANES.index("baseline")
_UNUSUAL: Final = tuple(LANES.index(name) for name in ("rate_of_change", "baseline", "drift"))


def judge(desk: Desk, strands: Strands, live: Readings) -> Bools:
    """Which readings (n,) are doubted; what is technical about them is followed.

    What speaks against a reading is the worst of what the device says of it itself, of what a
    body can do, for a pulse, of the heart rate beside it, and for a saturation, of its probe's
    pulse.
    """
    fit, doubts = strands.value, None
    if not np.fmin.reduce(live.quality) > MINIMUM_QUALITY:
        doubts = doubt(live.quality, MINIMUM_QUALITY)
        fit = np.where(doubts < 1, fit, np.nan)
    own = desk.learn(desk.book.artefact, strands, fit)
    doubts = own if doubts is None else np.fmax(doubts, own)
    metric = desk.metric[strands.rows]
    compared = (metric == _PULSE) & _beside_a_heart_rate(desk, strands)
    if compared.any():
        pulses, index = strands.some(compared)
        other = heart_rates(desk, strands, doubts < 1, pulses)
        apart = disagreement(pulses.value, other)
        doubts[index] = np.where(doubts[index] < 1, np.fmax(doubts[index], apart), doubts[index])
    doubted = doubts >= 1
    probes = _doubtful_probes(desk, strands, doubted)
    if len(probes):
        lit = (metric == _SATURATION) & np.isin(desk.device[strands.rows], probes)
        saturations, index = strands.some(lit)
        disturbed = probe_disturbed(desk, strands, ~doubted, saturations, probes)
        doubts[index] = np.where(disturbed & (doubts[index] < 1), 1.0, doubts[index])
        doubted = doubts >= 1
    for lane in TECHNICAL_LANES:
        _follow(desk, lane, strands, doubts if lane == _QUALITY else strands.value)
    return doubted


def unusual(desk: Desk, strands: Strands) -> None:
    """Follow what is unusual for this patient, though within every limit.

    These look at one reading in a while: series without a new one are left out.
    """
    last_ms, first_ms = strands.last_ms, strands.time_ms[strands.starts]
    zone, zones = desk.book.zone[desk.slots[strands.rows]], desk.book.zones
    for lane in _UNUSUAL:
        detector, local = LEARNERS[lane - SIDES], lane == _BASELINE
        looked_at = desk.records.peek(detector.name, "period", strands.rows)
        period_ms = round(detector.period_s * 1000)
        end_ms = zones.local_ms(zone, last_ms) if local else last_ms
        due = period_of(end_ms, detector.period_s) != looked_at
        due |= last_ms - first_ms >= period_ms
        part, _ = strands.some(due)
        clock_ms = zones.local_ms(part.each(zone[due]), part.time_ms) if local else None
        _follow(desk, lane, part, part.value, clock_ms)


def _follow(
    desk: Desk, lane: int, strands: Strands, value: Floats, time_ms: Ints | None = None
) -> None:
    """Let a lane's detector learn, and follow its scores where a rule looks at them."""
    idle = desk.idle(lane)
    if not len(strands) or (idle and not desk.book.learn_idle):
        return
    raw = desk.learn(desk.book.detectors[lane], strands, value, time_ms)
    if not idle:
        desk.seen += desk.follow_lane(lane, strands, raw)


def _by_patient(desk: Desk) -> int:
    return int(desk.patient.max(initial=-1)) + 1


def _beside_a_heart_rate(desk: Desk, strands: Strands) -> Bools:
    """Series (k,) of which a value is far from a heart rate of the same patient, now or before.

    Nearly all are not, and need not be compared reading by reading.
    """
    least = np.minimum.reduceat(strands.value, strands.starts)
    most = np.maximum.reduceat(strands.value, strands.starts)
    last_ms, last = desk.records["last_ms"], desk.records["last_value"]
    known = np.flatnonzero((desk.metric == _HEART) & (last_ms >= 0))
    new = np.flatnonzero(desk.metric[strands.rows] == _HEART)
    slowest, fastest = np.full(_by_patient(desk), np.inf), np.full(_by_patient(desk), -np.inf)
    owner, mine = desk.patient[known], desk.patient[strands.rows]
    np.minimum.at(slowest, owner, last[known])
    np.maximum.at(fastest, owner, last[known])
    np.minimum.at(slowest, mine[new], least[new])
    np.maximum.at(fastest, mine[new], most[new])
    far: Bools = (most - slowest[mine] >= LEAST_APART) | (fastest[mine] - least >= LEAST_APART)
    return far


def _doubtful_probes(desk: Desk, strands: Strands, doubted: Bools) -> Ints:
    """Devices of which a pulse is doubted, now or when it was last heard of."""
    records, pulse = desk.records, desk.metric == _PULSE
    known = pulse & (records["newest_ms"] > records["last_ms"])
    new = strands.rows[pulse[strands.rows] & strands.showing(doubted)]
    devices: Ints = np.unique(np.concatenate((desk.device[known], desk.device[new])))
    return devices[devices >= 0]


def heart_rates(desk: Desk, strands: Strands, believed: Bools, pulses: Strands) -> Floats:
    """Newest heart rate of the patient before each pulse (m,); NaN where there is none fresh.

    Before, and not at the same instant: whether both come in one batch makes no difference.
    """
    patient, records = desk.patient, desk.records
    asked = np.zeros(_by_patient(desk), np.bool_)
    asked[patient[pulses.rows]] = True
    wanted = (desk.metric == _HEART) & asked[patient]
    known = np.flatnonzero(wanted & (records["last_ms"] >= 0))
    hearts, index = strands.some(wanted[strands.rows])
    sure = believed[index]
    hearts_of = Newest(
        np.concatenate((patient[known], hearts.each(patient[hearts.rows])[sure])),
        np.concatenate((records["last_ms"][known], hearts.time_ms[sure])),
        np.concatenate((records["last_value"][known], hearts.value[sure])),
    )
    value, age_ms = hearts_of.at(pulses.each(patient[pulses.rows]), pulses.time_ms, before=True)
    return np.where(age_ms <= COMPARED_MS, value, np.nan)


def probe_disturbed(
    desk: Desk, strands: Strands, believed: Bools, saturations: Strands, probes: Ints
) -> Bools:
    """Which saturations (m,) of these probes follow a pulse of the same probe that was doubted.

    Both are read from one light: a probe that counts movements for beats measures no oxygen. Where
    no pulse has been believed within `DISTURBED_MS`, that says nothing any more.
    """
    device, records = desk.device, desk.records
    wanted = (desk.metric == _PULSE) & np.isin(device, probes)
    known = np.flatnonzero(wanted & (records["newest_ms"] >= 0))
    pulses, index = strands.some(wanted[strands.rows])
    sure_now = believed[index]
    owner = np.concatenate((device[known], pulses.each(device[pulses.rows])))
    was_doubted = records["newest_ms"][known] > records["last_ms"][known]
    newest = Newest(
        owner,
        np.concatenate((records["newest_ms"][known], pulses.time_ms)),
        np.concatenate((was_doubted, ~sure_now)).astype(np.float64),
    )
    trusted_ms = np.concatenate((records["last_ms"][known], pulses.time_ms))
    sure = np.concatenate((records["last_ms"][known] >= 0, sure_now))
    trusted = Newest(owner[sure], trusted_ms[sure], np.ones(int(sure.sum())))
    probe, time_ms = saturations.each(device[saturations.rows]), saturations.time_ms
    wrong, age_ms = newest.at(probe, time_ms, before=True)
    right, since_ms = trusted.at(probe, time_ms, before=True)
    lately = (right == 1) & (since_ms <= DISTURBED_MS)
    disturbed: Bools = (wrong == 1) & (age_ms <= COMPARED_MS) & lately
    return disturbed
