"""What the judge makes of a device's clock, of its numbers, and of what it refuses."""

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.arrivals import Arrival
from telemetry.batch import Batch, Outcome
from telemetry.clock import Window
from telemetry.clocks import SETTLED, State
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.keys import digest, new_key
from telemetry.metrics import METRICS
from telemetry.topics import Up, parse_up, partition_of, up

NOW = 1_750_000_000_000
HOUR = 3_600_000
KEY = new_key()


class Desk:
    """One device before one judge; every message is taken into a batch of its own."""

    def __init__(self) -> None:
        owner = uuid4()
        self.device = Device(
            uuid4(),
            owner,
            partition_of(owner),
            "ACTIVE",
            is_verified=True,
            keys=((digest(KEY), None),),
        )
        self.topic = up(self.device.partition, self.device.device_id, Up.TELEMETRY)
        self.judge = Judge()

    def take(
        self, body: Any, now: int = NOW, numbers: tuple[int, int, int | None] | None = None
    ) -> Batch:
        """Judge one message received at `now`."""
        batch = Batch()
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        arrival = Arrival(self.topic, parse_up(self.topic), payload, KEY, Window(now), numbers)
        self.judge.take(arrival, self.device, batch)
        return batch

    def told(self, now: int = NOW, t: int = NOW, **more: Any) -> list[Reason]:
        """Reasons why a heart rate of `t` is refused."""
        batch = self.take({"m": [{"c": "heart_rate", "t": t, "v": 70}]} | more, now)
        return [letter.reason for letter in batch.letters]


@pytest.fixture
def desk() -> Desk:
    return Desk()


instants = (
    st.integers()
    | st.integers(NOW - 9 * HOUR, NOW + HOUR)
    | st.floats()
    | st.text(max_size=5)
    | st.none()
    | st.datetimes().map(dt.datetime.isoformat)
)
bodies = st.fixed_dictionaries(
    {
        "m": st.lists(
            st.fixed_dictionaries({"c": st.just("pulse"), "t": instants, "v": st.floats()})
        )
    },
    optional={
        "boot": st.integers(-1, 3),
        "seq": st.integers(-1, 9) | st.integers(),
        "sent": instants,
        "h": st.booleans(),
    },
)


@given(st.lists(bodies, max_size=8))
def test_whatever_a_device_says_is_judged(messages: list[dict[str, Any]]) -> None:
    desk = Desk()
    for body in messages:
        batch = desk.take(body)
        assert len(batch) == 1
        assert len(batch.columns) == len(batch.series) == sum(batch.rows)
        for letter in batch.letters:
            json.loads(letter.payload)


@pytest.mark.parametrize(
    ("sent", "reasons"),
    [
        (NOW, []),
        ("2025-06-15T15:06:40Z", []),
        (None, []),
        (NOW // 1000, []),
        ("2025-06-15T15:06:40", []),
        ("noon", []),
        (5000, [Reason.CLOCK_BEHIND]),
        (NOW - HOUR, [Reason.CLOCK_BEHIND]),
        (NOW + HOUR, [Reason.CLOCK_AHEAD]),
        ("2125-06-15T15:06:40Z", [Reason.CLOCK_AHEAD]),
    ],
)
def test_sent_speaks_for_all_readings_of_a_message(
    desk: Desk, sent: object, reasons: list[Reason]
) -> None:
    assert desk.told(boot=1, seq=1, sent=sent) == reasons


def test_a_refused_clock_keeps_what_a_release_needs(desk: Desk) -> None:
    runs = [{"c": "heart_rate", "t0": NOW - HOUR, "dt": 5, "v": [70, 71]}]
    batch = desk.take({"boot": 3, "seq": 9, "sent": NOW - HOUR, "m": runs})
    [letter] = batch.letters
    assert json.loads(letter.payload) == {"boot": 3, "seq": 9, "sent": NOW - HOUR, "m": runs}
    assert (letter.readings, letter.boot, letter.seq, letter.message) == (2, 3, 9, 0)
    assert letter.replayable
    assert letter.received_ms == NOW
    assert batch.refused == [Outcome.QUARANTINED]


def test_a_message_of_an_earlier_boot_leaves_the_clock_alone(desk: Desk) -> None:
    for seq in range(1, SETTLED + 1):
        assert desk.told(NOW + seq, boot=2, seq=seq, sent=NOW) == []
    clock = desk.device.clock
    assert desk.told(NOW + HOUR, boot=1, seq=900, sent=NOW - 9 * HOUR) == []
    assert desk.device.clock is clock
    assert desk.told(NOW + HOUR, boot=2, seq=4, sent=NOW - HOUR) == [Reason.CLOCK_JUMPED]
    assert desk.told(NOW + HOUR, boot=3, seq=1, sent=NOW + HOUR) == []
    assert desk.device.clock is not clock


def test_a_clock_is_handed_over_when_it_is_understood_anew(desk: Desk) -> None:
    handed = []
    for seq in range(1, SETTLED + 1):
        body = {"boot": 1, "seq": seq, "sent": NOW, "m": [{"c": "steps", "t": NOW, "v": seq}]}
        handed += desk.take(body, NOW + 30 + seq).clocks
    [(device_id, model)] = handed
    assert device_id == desk.device.device_id
    assert (model.boot, model.offset_ms, model.state) == (1, 31, State.GOOD)


def test_senml_is_numbered_from_outside(desk: Desk) -> None:
    pack = [{"n": "pulse", "v": 70, "t": NOW / 1000}]
    batch = desk.take(pack, numbers=(4, 2, NOW))
    assert (batch.accounts[0].boot, batch.seq, batch.rows) == (4, [2], [1])
    assert desk.take(pack, numbers=(4, 3, NOW - HOUR)).rows == [0]
    native = {"boot": 9, "seq": 1, "m": [{"c": "pulse", "v": 70, "t": NOW}]}
    assert desk.take(native, numbers=(4, 2, NOW)).accounts[0].boot == 9


def test_senml_that_names_another_device_is_refused(desk: Desk) -> None:
    other = UUID(int=1)
    pack = [{"bn": f"urn:uuid:{other}:", "n": "pulse", "v": 70, "t": NOW / 1000}]
    assert [letter.reason for letter in desk.take(pack).letters] == [Reason.SPOOFED_DEVICE]


@pytest.mark.parametrize(
    ("word", "charges", "refused"),
    [
        ({"state": "online", "battery": 8}, [8], []),
        ({"state": "online"}, [], []),
        # A last will was written long before it is published.
        ({"state": "offline", "battery": 8}, [], []),
        ({"state": "online", "battery": 180}, [], [Reason.OUT_OF_RANGE]),
    ],
)
def test_the_charge_in_a_status_is_a_reading(
    desk: Desk, word: dict[str, Any], charges: list[float], refused: list[Reason]
) -> None:
    desk.topic = up(desk.device.partition, desk.device.device_id, Up.STATUS)
    batch = desk.take({"boot": 1} | word)
    battery = METRICS["battery_level"].id
    assert list(batch.columns.value) == charges
    assert list(batch.columns.metric) == [battery] * len(charges)
    assert list(batch.columns.time_ms) == [NOW] * len(charges)
    assert [letter.reason for letter in batch.letters] == refused
    assert len(batch.statuses) == 1


def test_a_device_out_of_use_tells_no_charge(desk: Desk) -> None:
    desk.topic = up(desk.device.partition, desk.device.device_id, Up.STATUS)
    desk.device.status = "MAINTENANCE"
    batch = desk.take({"boot": 1, "state": "online", "battery": 8})
    assert (len(batch.columns), len(batch.statuses)) == (0, 1)


def test_what_is_held_back_is_one_letter_and_no_account(desk: Desk) -> None:
    batch = Batch()
    for _ in range(5):
        batch.hold_back(desk.device.device_id, desk.topic, NOW)
    batch.hold_back(UUID(int=2), desk.topic, NOW)
    assert [(letter.reason, letter.readings) for letter in batch.letters] == [
        (Reason.RATE_LIMITED, 5), (Reason.RATE_LIMITED, 1)
    ]  # fmt: skip
    assert (batch.held_back, len(batch), batch.accounts) == (6, 6, [])


def test_what_is_cut_off_is_not_replayable(desk: Desk) -> None:
    run = {"c": "heart_rate", "t0": NOW - HOUR, "dt": 5, "v": [70.125] * 5000}
    [letter] = desk.take({"boot": 1, "seq": 1, "sent": NOW - HOUR, "m": [run]}).letters
    assert not letter.replayable
    assert letter.readings == 5000
