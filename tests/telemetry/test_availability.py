"""Times of providers on every clock: days that lose or gain an hour, and slots that are free."""

import datetime as dt
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry import availability as av
from telemetry.recurrence import RecurrenceError, dates, last_day, read

ZONES = (
    "Africa/Accra",  # no season
    "Europe/Paris",
    "America/New_York",
    "America/St_Johns",  # half an hour beside the others
    "Australia/Lord_Howe",  # half an hour of summer time
    "Africa/Casablanca",  # summer time around Ramadan
    "America/Santiago",  # changes at midnight
    "Pacific/Apia",  # once left out a whole day
)
CHANGES = (
    dt.date(2026, 3, 8),
    dt.date(2026, 3, 29),
    dt.date(2026, 4, 5),
    dt.date(2026, 9, 6),
    dt.date(2026, 10, 4),
    dt.date(2026, 10, 25),
    dt.date(2026, 11, 1),
    dt.date(2011, 12, 30),
)
"""Days on which one of the clocks is changed."""
minutes = st.integers(0, 24 * 60 - 1).map(lambda n: dt.time(n // 60, n % 60))
days = st.one_of(st.sampled_from(CHANGES), st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1)))
zones = st.sampled_from(ZONES).map(ZoneInfo)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def policy(slot: int = 30, buffer: int = 0) -> av.Policy:
    return av.Policy(dt.timedelta(minutes=slot), dt.timedelta(minutes=buffer), LONG_AGO, FAR)


def around(day: dt.date) -> av.Span:
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    return av.Span(noon - dt.timedelta(days=3), noon + dt.timedelta(days=3))


def rule(
    date: str,
    start: str = "09:00",
    end: str = "17:00",
    zone: str = "Europe/Paris",
    rrule: str = "",
    hospital_id: UUID | None = None,
) -> av.Rule:
    begins = dt.date.fromisoformat(date)
    last = last_day(rrule, begins) if rrule else begins
    times = dt.time.fromisoformat(start), dt.time.fromisoformat(end)
    return av.Rule(uuid4(), begins, last, *times, ZoneInfo(zone), rrule, hospital_id)


def spans(*rules: av.Rule, day: str, exemptions: tuple[av.Exemption, ...] = ()) -> list[av.Span]:
    found = av.windows(rules, exemptions, around(dt.date.fromisoformat(day)))
    return [one.span for one in found]


@given(day=days, time=minutes, zone=zones)
def test_a_local_time_is_the_first_moment_that_is_not_before_it(
    day: dt.date, time: dt.time, zone: ZoneInfo
) -> None:
    found = av.moment(day, time, zone)
    wanted = dt.datetime.combine(day, time)
    assert found.astimezone(zone).replace(tzinfo=None) >= wanted
    # Everything in the hours before shows an earlier time.
    for back in (1, 60, 3_599, 7_200):
        earlier = found - dt.timedelta(seconds=back)
        assert earlier.astimezone(zone).replace(tzinfo=None) < wanted


@given(day=days, first=minutes, second=minutes, zone=zones)
def test_moments_keep_the_order_of_local_times(
    day: dt.date, first: dt.time, second: dt.time, zone: ZoneInfo
) -> None:
    early, late = sorted((first, second))
    assert av.moment(day, early, zone) <= av.moment(day, late, zone)


@given(
    day=days,
    times=st.tuples(minutes, minutes).map(sorted).filter(lambda two: two[0] < two[1]),
    zone=zones,
    slot=st.integers(5, 120),
    buffer=st.integers(0, 45),
    taken=st.lists(st.tuples(st.integers(-300, 1_800), st.integers(5, 120)), max_size=6),
)
@example(dt.date(2026, 3, 29), [dt.time(1), dt.time(4)], ZoneInfo("Europe/Paris"), 30, 0, [])
@example(dt.date(2026, 10, 25), [dt.time(1), dt.time(4)], ZoneInfo("Europe/Paris"), 30, 0, [])
def test_slots_lie_in_their_hours_are_whole_and_disjoint_and_keep_clear_of_what_is_booked(
    day: dt.date,
    times: list[dt.time],
    zone: ZoneInfo,
    slot: int,
    buffer: int,
    taken: list[tuple[int, int]],
) -> None:
    one = av.Rule(uuid4(), day, day, times[0], times[1], zone)
    midnight = av.moment(day, dt.time(), zone)
    busy = [
        av.Span(begin := midnight + dt.timedelta(minutes=n), begin + dt.timedelta(minutes=length))
        for n, length in taken
    ]
    found = av.windows([one], [], around(day))
    cut = list(av.slots(found, busy, policy(slot, buffer), around(day)))
    gap = dt.timedelta(minutes=buffer)
    for this in cut:
        assert this.span.end - this.span.start == dt.timedelta(minutes=slot)
        local = [moment.astimezone(zone) for moment in (this.span.start, this.span.end)]
        assert local[0].date() == day
        assert times[0] <= local[0].time()
        assert any(window.span.holds(this.span) for window in found)
        assert not any(
            av.Span(other.start - gap, other.end + gap).overlaps(this.span) for other in busy
        )
    assert all(b.span.start - a.span.end >= gap for a, b in pairwise(cut))


@given(day=days, zone=zones)
def test_without_bookings_slots_fill_a_whole_day_of_any_length(
    day: dt.date, zone: ZoneInfo
) -> None:
    one = av.Rule(uuid4(), day, day, dt.time(), dt.time(), zone)
    found = av.windows([one], [], around(day))
    lasts = sum((one.span.end - one.span.start for one in found), dt.timedelta())
    cut = list(av.slots(found, [], policy(30), around(day)))
    assert len(cut) == lasts // dt.timedelta(minutes=30)
    tomorrow = day + dt.timedelta(days=1)
    assert lasts == av.moment(tomorrow, dt.time(), zone) - av.moment(day, dt.time(), zone)


def test_nine_is_nine_on_both_sides_of_a_change() -> None:
    every_day = rule("2026-03-28", "09:00", "10:00", rrule="FREQ=DAILY;COUNT=3")
    starts = [one.start for one in spans(every_day, day="2026-03-29")]
    assert starts == [
        at("2026-03-28T09:00+01:00"),
        at("2026-03-29T09:00+02:00"),
        at("2026-03-30T09:00+02:00"),
    ]


def test_hours_that_the_clock_leaves_out_are_no_window() -> None:
    assert spans(rule("2026-03-29", "02:00", "03:00"), day="2026-03-29") == []
    [shorter] = spans(rule("2026-03-29", "01:30", "03:30"), day="2026-03-29")
    assert shorter.end - shorter.start == dt.timedelta(hours=1)
    [longer] = spans(rule("2026-10-25", "01:30", "03:30"), day="2026-10-25")
    assert longer.end - longer.start == dt.timedelta(hours=3)


def test_midnight_ends_the_day() -> None:
    [found] = spans(rule("2026-05-05", "22:00", "00:00"), day="2026-05-05")
    assert found == av.Span(at("2026-05-05T22:00+02:00"), at("2026-05-06T00:00+02:00"))


def test_a_day_off_and_other_hours() -> None:
    weekdays = rule("2026-06-01", rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE")
    monday, tuesday = dt.date(2026, 6, 1), dt.date(2026, 6, 2)
    off = av.Exemption(monday, monday)
    hours = av.Exemption(tuesday, tuesday, weekdays.id, (dt.time(12), dt.time(14)))
    elsewhere = av.Exemption(dt.date(2026, 6, 3), dt.date(2026, 6, 3), uuid4())
    assert spans(weekdays, day="2026-06-02", exemptions=(off, hours, elsewhere)) == [
        av.Span(at("2026-06-02T12:00+02:00"), at("2026-06-02T14:00+02:00")),
        av.Span(at("2026-06-03T09:00+02:00"), at("2026-06-03T17:00+02:00")),
    ]
    # A day off is a day off, whatever hours were set for it.
    both = av.Exemption(tuesday, tuesday)
    for exemptions in ((hours, both), (both, hours)):
        assert all(
            one.start.date() != tuesday
            for one in spans(weekdays, day="2026-06-02", exemptions=exemptions)
        )


def test_slots_begin_in_time_and_not_too_far_ahead() -> None:
    found = av.windows([rule("2026-06-01", "09:00", "12:00")], [], around(dt.date(2026, 6, 1)))
    hour = dt.timedelta(hours=1)
    limits = av.Policy(
        hour, dt.timedelta(), at("2026-06-01T09:30+02:00"), at("2026-06-01T10:00+02:00")
    )
    cut = [one.span.start for one in av.slots(found, [], limits, around(dt.date(2026, 6, 1)))]
    assert cut == [at("2026-06-01T10:00+02:00")]


def test_what_covers_a_time_and_where() -> None:
    here, there = uuid4(), uuid4()
    rules = (
        rule("2026-06-01", "09:00", "12:00", hospital_id=here),
        rule("2026-06-01", "13:00", "17:00", hospital_id=there),
    )
    found = av.windows(rules, [], around(dt.date(2026, 6, 1)))
    assert av.clash(found) is None
    inside = av.Span(at("2026-06-01T13:00+02:00"), at("2026-06-01T17:00+02:00"))
    covering = av.covering(found, inside, None)
    assert covering is not None
    assert covering.rule.hospital_id == there
    assert av.covering(found, inside, here) is None
    across = av.Span(at("2026-06-01T11:30+02:00"), at("2026-06-01T13:30+02:00"))
    assert av.covering(found, across, None) is None


def test_windows_that_share_time_clash_across_zones() -> None:
    paris = rule("2026-06-01", "09:00", "12:00")
    accra = rule("2026-06-01", "09:30", "11:00", zone="Africa/Accra")
    touching = rule("2026-06-01", "10:00", "11:00", zone="Africa/Accra")
    for other, clashes in ((accra, True), (touching, False)):
        found = av.windows([paris, other], [], around(dt.date(2026, 6, 1)))
        assert (av.clash(found) is not None) == clashes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every day",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=367",
        "FREQ=DAILY;INTERVAL=9999999999",
        "FREQ=WEEKLY;INTERVAL=53",
        "FREQ=MONTHLY;INTERVAL=49",
        "FREQ=DAILY;BYMONTHDAY=3",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=9999",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20270101",
        "FREQ=WEEKLY;UNTIL=20271399",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 100),
    ],
)
def test_rules_that_are_none_or_could_never_come_true_are_refused(text: str) -> None:
    with pytest.raises(RecurrenceError):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", ["2026-11-23", "2026-11-26", "2026-11-30"]),
        ("FREQ=MONTHLY;BYDAY=-1MO", ["2026-11-30"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-11-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=25", ["2026-11-25"]),
        ("FREQ=DAILY;UNTIL=20261124T120000Z", ["2026-11-23", "2026-11-24"]),
    ],
)
def test_days_of_rules(text: str, expected: list[str]) -> None:
    begins = dt.date(2026, 11, 23)
    found = dates(read(text).text, begins, begins, dt.date(2026, 11, 30))
    assert [day.isoformat() for day in found] == expected


@given(
    begins=st.dates(dt.date(2020, 1, 1), dt.date(2026, 1, 1)),
    later=st.integers(0, 2_500),
    text=st.builds(
        "FREQ={};INTERVAL={}{}".format,
        st.just("WEEKLY"),
        st.integers(1, 5),
        st.sampled_from(["", ";BYDAY=MO", ";BYDAY=SU,MO;WKST=SU", ";BYDAY=WE,SA,SU"]),
    )
    | st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
)
def test_days_far_from_the_beginning_are_those_that_counting_finds(
    begins: dt.date, later: int, text: str
) -> None:
    first = begins + dt.timedelta(days=later)
    last = first + dt.timedelta(days=40)
    counted = [day for day in dates(text, begins, begins, last) if day >= first]
    assert list(dates(text, begins, first, last)) == counted


def test_a_rule_may_end_before_it_begins() -> None:
    with pytest.raises(RecurrenceError):
        last_day("FREQ=DAILY;UNTIL=20260101", dt.date(2026, 2, 1))
    assert last_day("FREQ=DAILY", dt.date(2026, 2, 1)) is None
    assert last_day("FREQ=DAILY;UNTIL=99991231", dt.date(2026, 2, 1)) == dt.date(9999, 12, 31)
