"""What can happen to a device that the platform must know of, in words that are stored."""

from enum import StrEnum

from telemetry.errors import CLOCK, QUARANTINED, Reason


class Fact(StrEnum):
    """One thing that happened. Values are stored: never rename one."""

    ONLINE = "online"
    """Its status says that it is connected."""
    OFFLINE = "offline"
    """Its status, or its last will, says that it is not."""
    SILENT = "silent"
    """It was sending and has stopped, by the clock."""
    HEARD = "heard"
    """It sends again after that."""
    PROBE_OFF = "probe_off"
    """It says that a probe or a lead is off the patient."""
    PROBE_ON = "probe_on"
    """It says that the probe is back."""
    CLOCK_WRONG = "clock_wrong"
    """Its clock was judged to be wrong: readings went into quarantine for it."""
    CLOCK_GOOD = "clock_good"
    """Its clock is understood and trusted again."""
    QUARANTINED = "quarantined"
    """Readings went into quarantine for another reason of time."""


PROBE_OFF_CODES = frozenset({"probe_off", "lead_off", "leads_off", "sensor_off", "electrode_off"})
"""Error codes by which a device says that it is off the patient, in any case of letters."""
PROBE_ON_CODES = frozenset({"probe_on", "lead_on", "leads_on", "sensor_on", "electrode_on"})
"""Error codes by which it says that this is over."""


def of_error(code: str) -> Fact | None:
    """Return what an error code says of the probe, if anything.

    >>> of_error("LEAD_OFF"), of_error("E42")
    (<Fact.PROBE_OFF: 'probe_off'>, None)
    """
    word = code.strip().lower().replace("-", "_").replace(" ", "_")
    if word in PROBE_OFF_CODES:
        return Fact.PROBE_OFF
    return Fact.PROBE_ON if word in PROBE_ON_CODES else None


def of_refusal(reason: Reason) -> Fact | None:
    """Return what a refusal says of the device's clock, if anything."""
    if reason in CLOCK:
        return Fact.CLOCK_WRONG
    return Fact.QUARANTINED if reason in QUARANTINED else None
