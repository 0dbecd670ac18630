"""Texts for people."""

import pytest

from analytics.rules import BUILTIN, NEWS2, Priority
from analytics.tracking import Event, Kind
from analytics.wording import Worst, limit_message, named
from telemetry.clock import from_ms


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("blood_pressure_systolic", "systolic pressure"),
        ("respiratory_rate", "respiratory rate"),
        ("consciousness", "consciousness"),
        ("supplemental_oxygen", "supplemental oxygen"),
    ],
)
def test_inputs_are_named_as_people_name_them(code: str, name: str) -> None:
    assert named(code) == name


def message(kind: Kind, priority: Priority) -> str:
    event = Event(1_795_000_000_000, kind, 1_794_999_000_000, 6.0, lasted=True)
    worst = Worst(11, from_ms(1_794_999_600_000))
    return limit_message(BUILTIN[NEWS2], NEWS2, worst, priority, event=event, worst=worst)


@pytest.mark.parametrize(
    ("kind", "priority", "said"),
    [
        (Kind.LASTED, "medium", "NEWS2 11 at 11:00:00 UTC (alarm at 5 or more)"),
        (
            Kind.WORSENED,
            "high",
            "NEWS2 11 at 11:00:00 UTC (alarm at 5 or more, high priority at 7 or more)",
        ),
        (
            Kind.EASED,
            "medium",
            (
                "NEWS2 11 at worst at 11:00:00 UTC, no longer high priority since 11:06:40 UTC"
                " (alarm at 5 or more, high priority at 7 or more)"
            ),
        ),
        (
            Kind.ENDED,
            "medium",
            "NEWS2 11 at worst at 11:00:00 UTC, over since 11:06:40 UTC (alarm at 5 or more)",
        ),
        (
            Kind.EXPIRED,
            "medium",
            (
                "NEWS2 11 at worst at 11:00:00 UTC, not known any more since 11:06:40 UTC"
                " (alarm at 5 or more)"
            ),
        ),
    ],
)
def test_a_worst_value_is_not_told_as_what_is_now(kind: Kind, priority: str, said: str) -> None:
    assert message(kind, Priority(priority)) == said


def test_a_worst_value_of_another_day_has_its_date() -> None:
    now_ms = 1_795_000_000_000
    event = Event(now_ms, Kind.LASTED, now_ms, 4.0, lasted=True)
    lately, before = Worst(9, from_ms(now_ms)), Worst(11, from_ms(now_ms - 86_400_000))
    rule, medium = BUILTIN[NEWS2], Priority.MEDIUM
    assert limit_message(rule, NEWS2, lately, medium, event=event, worst=before) == (
        "NEWS2 9 at 11:06:40 UTC (alarm at 5 or more); worst 11 on 2026-11-17 at 11:06:40 UTC"
    )
    assert limit_message(rule, NEWS2, before, medium) == (
        "NEWS2 11 on 2026-11-17 at 11:06:40 UTC (alarm at 5 or more)"
    )
