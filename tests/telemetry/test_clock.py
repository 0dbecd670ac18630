"""Times are taken as they are or refused with the reason; none is guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import EARLIEST_MS, Window, from_ms, to_ms
from telemetry.errors import Reason

NOW = 1_750_000_000_000
WINDOW = Window(NOW, skew_ms=300_000)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (NOW, NOW),
        (float(NOW), NOW),
        ("2025-06-15T15:06:40Z", NOW),
        ("2025-06-15T17:06:40.000+02:00", NOW),
        (NOW + 300_000, NOW + 300_000),
        (NOW + 300_001, Reason.TIME_IN_FUTURE),
        (NOW * 1000, Reason.TIME_IN_FUTURE),
        (NOW // 1000, Reason.TIME_IN_SECONDS),
        (NOW // 1000 + 86_400, Reason.TIME_IN_SECONDS),
        (0, Reason.TIME_IMPLAUSIBLE),
        (-5, Reason.TIME_IMPLAUSIBLE),
        (EARLIEST_MS - 1, Reason.TIME_IMPLAUSIBLE),
        ("1970-01-01T00:00:00Z", Reason.TIME_IMPLAUSIBLE),
        ("2025-06-15T15:06:40", Reason.TIME_NAIVE),
        ("2025-06-15", Reason.TIME_INVALID),
        ("yesterday", Reason.TIME_INVALID),
        ("", Reason.TIME_INVALID),
        (str(NOW), Reason.TIME_INVALID),
        (NOW + 0.5, Reason.TIME_INVALID),
        (True, Reason.TIME_INVALID),
        ([], Reason.TIME_INVALID),
        (None, Reason.TIME_MISSING),
    ],
)
def test_times(raw: object, expected: int | Reason) -> None:
    assert WINDOW.classify(raw) == expected


@given(st.integers(EARLIEST_MS, NOW))
def test_an_instant_survives_its_text(instant: int) -> None:
    assert to_ms(from_ms(instant)) == instant
    assert WINDOW.classify(from_ms(instant).isoformat()) == instant


@given(st.datetimes(timezones=st.timezones()))
def test_any_aware_datetime_is_classified(instant: dt.datetime) -> None:
    assert isinstance(WINDOW.classify(instant.isoformat()), int | Reason)


@given(st.floats() | st.text() | st.integers())
def test_anything_is_classified(raw: object) -> None:
    found = WINDOW.classify(raw)
    assert isinstance(found, Reason) or EARLIEST_MS <= found <= WINDOW.latest_ms
