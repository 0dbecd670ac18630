"""Why a message, or a reading in it, was refused: a closed list."""

from enum import StrEnum


class Reason(StrEnum):
    """Reason of a dead letter. Values are stored and shown: never rename one."""

    # The message as a whole.
    FOREIGN_TOPIC = "foreign_topic"
    """The topic is none of the device protocol's."""
    UNKNOWN_DEVICE = "unknown_device"
    """No device of that id is registered."""
    WRONG_PARTITION = "wrong_partition"
    """The topic's partition is not the one of the device's owner."""
    SPOOFED_DEVICE = "spoofed_device"
    """The payload names another device than the topic."""
    MISSING_KEY = "missing_key"
    """Neither the payload nor a user property carries a device key."""
    WRONG_KEY = "wrong_key"
    """The key is not one of the device's live keys."""
    DEVICE_REVOKED = "device_revoked"
    """The device is revoked."""
    DEVICE_INACTIVE = "device_inactive"
    """The device is inactive or under maintenance."""
    DEVICE_UNVERIFIED = "device_unverified"
    """The device has never proven that it holds its key."""
    TOO_LARGE = "too_large"
    """The payload is larger than the limit."""
    INVALID_JSON = "invalid_json"
    """The payload is not JSON in UTF-8."""
    INVALID_PAYLOAD = "invalid_payload"
    """JSON, but none of the payload forms, or a field of the wrong type."""
    NO_READINGS = "no_readings"
    """A telemetry message without a reading."""
    UNSTORABLE = "unstorable"
    """Nothing known is wrong with it, yet the database would not have it."""
    ENGINE_FAILED = "engine_failed"
    """Stored, but the engine could not score the batch: it raised no alarms."""
    # One reading.
    UNKNOWN_METRIC = "unknown_metric"
    """The metric is not in the registry."""
    UNKNOWN_UNIT = "unknown_unit"
    """The unit is not one that the metric can be converted from."""
    NOT_A_NUMBER = "not_a_number"
    """The value is not a finite number."""
    OUT_OF_RANGE = "out_of_range"
    """The value is outside the metric's plausible range."""
    INVALID_QUALITY = "invalid_quality"
    """The quality is not between 0 and 1."""
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    """The same series already has another value at that time; the first stays."""
    # Its time. These are quarantined: a later explanation can release them.
    TIME_MISSING = "time_missing"
    """The reading has no time."""
    TIME_INVALID = "time_invalid"
    """The time is neither integer milliseconds nor RFC 3339."""
    TIME_NAIVE = "time_naive"
    """The time has no offset from UTC."""
    TIME_IN_SECONDS = "time_in_seconds"
    """The number can only be seconds; milliseconds are asked for."""
    TIME_IMPLAUSIBLE = "time_implausible"
    """The time is before the first plausible one: a clock that was never set."""
    TIME_IN_FUTURE = "time_in_future"
    """The time is further ahead of receipt than the allowed skew."""
    TIME_RELATIVE = "time_relative"
    """SenML's time counts from now: a queue may lie between."""
    # The device's clock, as its `sent` shows it. Quarantined as well, the whole message.
    CLOCK_AHEAD = "clock_ahead"
    """The device's clock is further ahead of receipt than the allowed skew."""
    CLOCK_BEHIND = "clock_behind"
    """The device's clock is behind by more than queueing explains, and the message no backlog."""
    CLOCK_JUMPED = "clock_jumped"
    """The device's clock jumped within this boot, and does not yet agree with receipt again."""
    # A device that sends too much. Held back: neither accounted nor receipted.
    RATE_LIMITED = "rate_limited"
    """More messages than the rate limit allows; to be sent again, more slowly."""


QUARANTINED = frozenset(
    {
        Reason.TIME_MISSING,
        Reason.TIME_INVALID,
        Reason.TIME_NAIVE,
        Reason.TIME_IN_SECONDS,
        Reason.TIME_IMPLAUSIBLE,
        Reason.TIME_IN_FUTURE,
        Reason.TIME_RELATIVE,
        Reason.CLOCK_AHEAD,
        Reason.CLOCK_BEHIND,
        Reason.CLOCK_JUMPED,
    }
)
"""Reasons that a set clock could explain: kept apart as quarantined."""

CLOCK = frozenset({Reason.CLOCK_AHEAD, Reason.CLOCK_BEHIND, Reason.CLOCK_JUMPED})
"""Reasons that come from the device's clock and take out all readings of a message."""
