"""Facts of devices and what becomes of them, without a database."""

from uuid import UUID, uuid4

import pytest

from analytics import storms
from analytics.storms import Group, Place
from analytics.technical import Condition, Happening, Kind, Register, TechnicalSettings
from telemetry.device_facts import Fact, of_error, of_refusal
from telemetry.errors import QUARANTINED, Reason

SETTINGS = TechnicalSettings()
DEVICE = UUID("d0000000-0000-4000-8000-000000000001")
SECOND = 1_000
MINUTE = 60_000


def register() -> Register:
    return Register(SETTINGS.watches())


def ripe(some: Register, now_ms: int) -> list[Kind]:
    return [one.kind for one in some.due(now_ms) if some.ripe(one)]


@pytest.mark.parametrize(
    ("begins", "kind", "ends"),
    [
        (Fact.OFFLINE, Kind.OFFLINE, Fact.ONLINE),
        (Fact.SILENT, Kind.NO_DATA, Fact.HEARD),
        (Fact.PROBE_OFF, Kind.PROBE_OFF, Fact.PROBE_ON),
        (Fact.CLOCK_WRONG, Kind.CLOCK, Fact.CLOCK_GOOD),
    ],
)
def test_a_fact_begins_waits_and_another_one_ends_it(begins: Fact, kind: Kind, ends: Fact) -> None:
    some = register()
    some.take(Happening(DEVICE, begins, 0), 0)
    wait_ms = SETTINGS.watches()[kind].wait_ms
    assert ripe(some, wait_ms - 1) == []
    assert ripe(some, wait_ms) == [kind]
    some.take(Happening(DEVICE, ends, wait_ms), wait_ms)
    assert ripe(some, wait_ms) == []
    assert list(some.over) == [(DEVICE, kind)]


def test_what_ends_within_its_wait_was_nothing() -> None:
    some = register()
    some.take(Happening(DEVICE, Fact.OFFLINE, 0), 0)
    some.take(Happening(DEVICE, Fact.ONLINE, SECOND), SECOND)
    assert not some.open
    assert not some.over[DEVICE, Kind.OFFLINE].raised


def test_over_and_back_between_two_looks_is_the_same_alarm() -> None:
    some = register()
    raised = Condition(DEVICE, Kind.OFFLINE, 0, 0, raised=True)
    some.open[raised.key] = raised
    some.take(Happening(DEVICE, Fact.ONLINE, 10), 10)
    some.take(Happening(DEVICE, Fact.OFFLINE, 20), 20)
    assert not some.over
    assert some.open[raised.key].raised


def test_a_repeated_fact_does_not_put_the_alarm_off() -> None:
    some = register()
    for at in range(0, 60 * SECOND, SECOND):
        some.take(Happening(DEVICE, Fact.PROBE_OFF, at, "lead_off"), at)
    assert ripe(some, 15 * SECOND) == [Kind.PROBE_OFF]


def test_a_probe_that_nobody_speaks_of_any_more_is_on() -> None:
    some = register()
    some.take(Happening(DEVICE, Fact.PROBE_OFF, 0), 0)
    assert ripe(some, 14 * MINUTE) == [Kind.PROBE_OFF]
    assert ripe(some, 15 * MINUTE) == []
    assert (DEVICE, Kind.PROBE_OFF) in some.over


def test_quarantine_calls_beyond_its_bound_only() -> None:
    some = register()
    some.take(Happening(DEVICE, Fact.QUARANTINED, 0, "time_missing", 99), 0)
    assert ripe(some, MINUTE) == []
    some.take(Happening(DEVICE, Fact.QUARANTINED, MINUTE, "time_missing", 1), MINUTE)
    assert ripe(some, MINUTE) == [Kind.QUARANTINE]


def test_of_offline_and_no_data_one_is_raised() -> None:
    some = register()
    some.put(Condition(DEVICE, Kind.OFFLINE, 0, 0, amount=1, due_ms=0, raised=True))
    some.put(Condition(DEVICE, Kind.NO_DATA, 0, 0, amount=1, due_ms=0))
    assert ripe(some, MINUTE) == []
    some.end((DEVICE, Kind.OFFLINE))
    assert ripe(some, MINUTE) == [Kind.NO_DATA]


@pytest.mark.parametrize("code", ["probe_off", "LEAD_OFF", "Lead-Off", " electrode off "])
def test_codes_of_a_probe_are_known_in_any_spelling(code: str) -> None:
    assert of_error(code) is Fact.PROBE_OFF


def test_other_codes_and_reasons_say_nothing() -> None:
    assert of_error("SENSOR_FAIL") is None
    assert of_refusal(Reason.OUT_OF_RANGE) is None
    assert {of_refusal(reason) for reason in QUARANTINED} == {Fact.CLOCK_WRONG, Fact.QUARANTINED}


HOSPITAL = uuid4()


def place(number: int, **more: str) -> Place:
    return Place(uuid4(), uuid4(), f"Monitor {number}", in_use=True, **more)  # type: ignore[arg-type]


def chosen(away: list[Place], sizes: dict[str, int]) -> Group | None:
    found = storms.candidates(away, SETTINGS)
    return storms.choose(found, {group: sizes[group.kind] for group in found}, SETTINGS)


def test_a_few_devices_are_no_storm() -> None:
    assert chosen([place(n, ward="A") for n in range(4)], {"ward": 4, "platform": 4}) is None


def test_a_small_share_is_no_storm() -> None:
    assert chosen([place(n, ward="A") for n in range(9)], {"ward": 20, "platform": 100}) is None


def test_the_group_that_explains_most_is_named() -> None:
    away = [place(n, ward=f"W{n % 3}", model="M", firmware="2.1") for n in range(12)]
    group = chosen(away, {"ward": 8, "firmware": 14, "platform": 100})
    assert group is not None
    assert (group.kind, group.condition) == ("firmware", "storm:firmware:M:2.1")


def test_of_two_that_explain_the_same_the_narrower_is_named() -> None:
    away = [place(n, ward="A", gateway="gw-7") for n in range(6)]
    group = chosen(away, {"ward": 12, "gateway": 6, "platform": 12})
    assert group is not None
    assert group.label == "gateway gw-7"
    everything = chosen(away, {"ward": 6, "gateway": 6, "platform": 6})
    assert everything is not None
    assert everything.kind == "gateway"


def test_everything_away_is_the_platform() -> None:
    away = [place(n, ward=f"W{n % 4}") for n in range(20)]
    group = chosen(away, {"ward": 5, "platform": 20})
    assert group is not None
    assert group.condition == "storm:platform"


def test_a_group_says_how_many_are_back() -> None:
    assert storms.message("ward A", 12, 14, 12) == "12 of 14 devices away: ward A"
    assert storms.message("ward A", 3, 14, 12) == "3 of 14 devices away: ward A; 9 back"
    assert storms.is_over(2, 12, SETTINGS)
    assert not storms.is_over(3, 12, SETTINGS)
