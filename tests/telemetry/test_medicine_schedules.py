"""Schedules of medicines: days of rules, times on the wall clock, reminders, adherence."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from telemetry.medicines.adherence import Intake, adherence, outcomes
from telemetry.medicines.frequency import understood
from telemetry.medicines.reminders import look, next_look
from telemetry.medicines.schedule import (
    Plan,
    Schedule,
    ScheduleError,
    doses,
    next_dose,
    read,
    read_days,
)

UTC = dt.UTC
DAY = dt.timedelta(days=1)
ZONES = st.sampled_from(
    ["UTC", "Africa/Accra", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
     "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca", "Pacific/Apia"]
).map(ZoneInfo)  # fmt: skip
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2027, 12, 31))
TIMES = st.lists(st.times().map(lambda one: one.replace(second=0, microsecond=0)), min_size=1,
                 max_size=6, unique=True).map(sorted).map(tuple)  # fmt: skip
_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 9))}"]
    days = draw(st.lists(st.sampled_from(_DAYS), max_size=3, unique=True))
    if days:
        nth = draw(st.sampled_from(["", "1", "+2", "-1"])) if frequency == "MONTHLY" else ""
        parts.append("BYDAY=" + ",".join(nth + one for one in days))
        if frequency == "DAILY":
            parts[1] = "INTERVAL=1"
    elif frequency == "MONTHLY" and draw(st.booleans()):
        numbers = draw(st.lists(st.integers(1, 28) | st.integers(-5, -1), min_size=1, max_size=4))
        parts.append("BYMONTHDAY=" + ",".join(map(str, numbers)))
    return ";".join(parts)


@given(rules(), DATES, st.integers(0, 900))
def test_doses_of_a_rule_are_on_days_of_rfc_5545(text: str, start: dt.date, later: int) -> None:
    begin = dt.datetime.combine(start, dt.time(), UTC)
    plan = Plan(Schedule((dt.time(8),), read_days(text)), ZoneInfo("UTC"), start, None, begin)
    first, last = begin + later * DAY, begin + (later + 100) * DAY
    theirs = rrulestr(text, dtstart=begin).between(first, last - DAY, inc=True)
    assert [one.day for one in doses(plan, first, last)] == [one.date() for one in theirs]
    following = next_dose(plan, first)
    assert following is not None
    assert following.day == rrulestr(text, dtstart=begin).after(first, inc=True).date()


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=HOURLY", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;UNTIL=20270101"],
)
def test_what_is_no_rule_or_ends_by_itself_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        read_days(text)


def test_a_rule_that_is_written_otherwise_is_the_same_schedule() -> None:
    texts = ("FREQ=WEEKLY;BYDAY=MO,TH", "rrule:byday=th,mo;freq=weekly;interval=1")
    one, other = [read({"kind": "rrule", "rrule": t, "times": ["08:00"]}) for t in texts]
    assert one == other
    assert one.document()["rrule"] == texts[0]


@given(ZONES, DATES, TIMES)
def test_every_local_time_is_due_once_whatever_the_clocks_do(
    zone: ZoneInfo, start: dt.date, times: tuple[dt.time, ...]
) -> None:
    begin = dt.datetime.combine(start, dt.time(), UTC) - 2 * DAY
    plan = Plan(Schedule(times), zone, start, start + 6 * DAY, begin)
    found = doses(plan, begin, begin + 20 * DAY)
    assert len({one.due_at for one in found}) == len(found)
    assert found == sorted(found)
    instants = set()
    for day in (start + number * DAY for number in range(7)):
        for time in times:
            instants.add(dt.datetime.combine(day, time, zone).astimezone(UTC))
    assert {one.due_at for one in found} == instants
    for one in found:
        local = one.due_at.astimezone(zone)
        # On the wall clock, but where the clocks had skipped it.
        wall = dt.datetime.combine(one.day, dt.time(), zone)
        assert (
            local.time() in times
            or local.utcoffset() != wall.utcoffset()
            or _skipped(zone, one.day)
        )


def _skipped(zone: ZoneInfo, day: dt.date) -> bool:
    """Whether clocks were changed on a day, or a day was left out."""
    edges = [
        dt.datetime.combine(day + number * DAY, dt.time(), zone).astimezone(UTC)
        for number in range(-1, 3)
    ]
    return any(after - before != DAY for before, after in pairwise(edges))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (dt.date(2026, 3, 28), "2026-03-28T01:30:00+00:00"),
        (dt.date(2026, 3, 29), "2026-03-29T01:30:00+00:00"),  # 02:30 is skipped: 03:30
        (dt.date(2026, 3, 30), "2026-03-30T00:30:00+00:00"),
        (dt.date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        (dt.date(2026, 10, 26), "2026-10-26T01:30:00+00:00"),
    ],
)
def test_berlin_at_half_past_two(day: dt.date, due: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin = dt.datetime.combine(day, dt.time(), berlin).astimezone(UTC)
    plan = Plan(Schedule((dt.time(2, 30),)), berlin, dt.date(2026, 1, 1), None, begin - 90 * DAY)
    assert [one.due_at.isoformat() for one in doses(plan, begin, begin + DAY)] == [due]


@given(ZONES, DATES, TIMES, st.integers(0, 20_000), st.integers(0, 20_000))
def test_parts_of_a_time_have_its_doses(
    zone: ZoneInfo, start: dt.date, times: tuple[dt.time, ...], first: int, second: int
) -> None:
    begin = dt.datetime.combine(start, dt.time(), UTC)
    plan = Plan(Schedule(times), zone, start, None, begin)
    middle = begin + dt.timedelta(minutes=first)
    end = middle + dt.timedelta(minutes=second)
    both = doses(plan, begin, middle) + doses(plan, middle, end)
    assert both == doses(plan, begin, end)
    following = next_dose(plan, middle)
    assert following is not None
    assert following == doses(plan, middle, middle + 3 * DAY)[0]


@given(ZONES, DATES, TIMES, st.lists(st.integers(1, 3_000), min_size=1, max_size=12))
def test_every_dose_is_told_once_however_often_it_is_looked(
    zone: ZoneInfo, start: dt.date, times: tuple[dt.time, ...], steps: list[int]
) -> None:
    begin = dt.datetime.combine(start, dt.time(), UTC)
    plan = Plan(Schedule(times), zone, start, None, begin)
    at, reminded, missed = begin, [], []
    for step in steps:
        before, at = at, at + dt.timedelta(minutes=min(step, 1_400))
        found = look(plan, before, at, ())
        reminded += found.remind
        missed += found.missed
        assert found.next_at is not None
        assert found.next_at > at
    grace = plan.schedule.grace()
    assert len(set(reminded)) == len(reminded)
    everything = doses(
        plan, begin + dt.timedelta(microseconds=1), at + dt.timedelta(microseconds=1)
    )
    over = [one for one in everything if one.due_at + grace <= at]
    assert [one for one in missed if one.due_at > begin] == over


def test_a_look_comes_when_something_happens() -> None:
    begin = dt.datetime(2026, 3, 4, tzinfo=UTC)
    plan = Plan(read({"kind": "times", "times": ["08:00"]}), ZoneInfo("UTC"), begin.date(),
                begin.date(), begin)  # fmt: skip
    first = next_look(plan, begin)
    assert first == begin + dt.timedelta(hours=8)
    second = next_look(plan, first)
    assert second == begin + dt.timedelta(hours=12)
    assert next_look(plan, second) is None
    found = look(plan, first - DAY, first, {first})
    assert found.remind == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Twice daily", ["08:00", "20:00"]),
        ("t.i.d.", ["08:00", "14:00", "20:00"]),
        ("one tablet every 8 hours", ["06:00", "14:00", "22:00"]),
        ("q6h", ["00:00", "06:00", "12:00", "18:00"]),
        ("2 fois par jour", ["08:00", "20:00"]),
        ("at bedtime", ["22:00"]),
        ("morning and evening", ["08:00", "20:00"]),
        ("once a day in the evening", ["20:00"]),
        ("2 tablets daily", ["08:00"]),
    ],
)
def test_words_are_understood(words: str, expected: list[str]) -> None:
    schedule = understood(words)
    assert schedule is not None
    assert schedule.document() == {"kind": "times", "times": expected}


def test_words_that_mean_days_and_words_that_mean_nothing() -> None:
    weekly = understood("once weekly")
    assert weekly is not None
    assert weekly.rule == read_days("FREQ=WEEKLY")
    yearly = understood("every 52 weeks")
    assert yearly is not None
    assert yearly.rule == read_days("FREQ=WEEKLY;INTERVAL=52")
    needed = understood("PRN, at most four a day")
    assert needed is not None
    assert needed.as_needed
    for words in ("", "with food", "every 5 hours", "as the doctor says", "40 times a day"):
        assert understood(words) is None
    assert understood("every 53 weeks") is None


NOON = dt.datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_adherence_by_hand() -> None:
    begin = NOON - 5 * DAY
    plan = Plan(Schedule((dt.time(8), dt.time(20))), ZoneInfo("UTC"), begin.date(), None, begin)
    due = [one.due_at for one in doses(plan, begin, NOON)]
    # The 5th at 20:00 until the 10th at 08:00, which has four hours of grace.
    assert len(due) == 10
    taken = {at: Intake("taken", at) for at in due[:9]}
    taken[due[2]] = Intake("skipped", due[2])
    taken[due[4]] = Intake("taken", due[4] + dt.timedelta(hours=2))
    found = adherence(outcomes([plan], taken, begin, NOON + DAY, NOON - dt.timedelta(hours=1)))
    assert (found.expected, found.taken, found.late, found.skipped, found.missed) == (9, 8, 1, 1, 0)
    assert (found.days, found.covered_days, found.streak, found.longest_streak) == (5, 4, 3, 3)
    later = adherence(outcomes([plan], taken, begin, NOON + DAY, NOON + dt.timedelta(hours=1)))
    assert (later.expected, later.missed, later.streak) == (10, 1, 0)
    assert later.taken_share == 0.8


@given(TIMES, st.lists(st.sampled_from(["taken", "skipped", "nothing"]), max_size=40),
       st.integers(0, 20 * 24 * 60))  # fmt: skip
def test_adherence_adds_up(times: tuple[dt.time, ...], what: list[str], minutes: int) -> None:
    begin = dt.datetime(2026, 3, 1, tzinfo=UTC)
    plan = Plan(Schedule(times), ZoneInfo("Europe/Berlin"), begin.date(), None, begin)
    until, now = begin + 15 * DAY, begin + dt.timedelta(minutes=minutes)
    found = doses(plan, begin, until)
    intakes = {
        one.due_at: Intake(status, one.due_at)
        for one, status in zip(found, what, strict=False)
        if status != "nothing"
    }
    each = outcomes([plan], intakes, begin, until, now)
    assert [one.dose for one in each] == found
    summed = adherence(each)
    assert summed.taken + summed.skipped + summed.missed == summed.expected
    assert summed.covered_days <= summed.days
    assert summed.streak <= summed.longest_streak <= summed.covered_days
    share = summed.taken_share
    assert (share is None) == (summed.expected == 0)
    assert share is None or 0 <= share <= 1
    # More taken is never less adherence.
    for one in each:
        if one.state == "missed":
            better = intakes | {one.dose.due_at: Intake("taken", one.dose.due_at)}
            assert adherence(outcomes([plan], better, begin, until, now)).taken > summed.taken
            break
