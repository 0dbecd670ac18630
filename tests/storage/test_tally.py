"""The set-based tally counts what counting one message after the other counts."""

from collections import Counter
from uuid import uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storage.tally import State, tally
from telemetry.batch import Batch, Outcome
from telemetry.devices import Device

readings = st.lists(st.sampled_from(State), max_size=3)
messages = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), readings, st.sampled_from(list(Outcome)[1:])),
    max_size=25,
)


def counted_one_by_one(
    given_messages: list[tuple[int, int, list[State], Outcome]],
) -> tuple[Counter[tuple[int, Outcome]], Counter[int], set[tuple[int, int, Outcome]]]:
    outcomes: Counter[tuple[int, Outcome]] = Counter()
    repeated: Counter[int] = Counter()
    numbers: dict[tuple[int, int], Outcome] = {}
    for account, seq, states, refused in given_messages:
        outcome = refused
        if State.CONFLICTING in states:
            outcome = Outcome.REJECTED
        if State.STORED in states:
            outcome = Outcome.STORED
        if seq and (account, seq) in numbers:
            repeated[account] += 1
            continue
        if seq:
            numbers[account, seq] = outcome
        outcomes[account, outcome] += 1
    return outcomes, repeated, {(*number, outcome) for number, outcome in numbers.items()}


@given(messages)
def test_counts_agree(given_messages: list[tuple[int, int, list[State], Outcome]]) -> None:
    batch = Batch()
    for _ in range(3):
        device = Device(uuid4(), uuid4(), "a", "ACTIVE", is_verified=True, keys=())
        batch.account_of(device, 1)
    states: list[State] = []
    for account, seq, mine, refused in given_messages:
        batch.add(account, seq, len(mine), [], historical=False, received_ms=0, topic="")
        batch.refused[-1] = refused
        states += mine
    row_message = np.repeat(np.arange(len(batch.rows)), np.array(batch.rows, np.int64))
    counts = tally(batch, row_message, np.array(states, np.uint8))

    outcomes, repeated, numbers = counted_one_by_one(given_messages)
    for account in range(3):
        assert counts.repeated[account] == repeated[account]
        for outcome in Outcome:
            assert counts.messages[account, outcome] == outcomes[account, outcome]
    spread = {
        (account, seq, Outcome(outcome))
        for account, low, high, outcome in counts.ranges.tolist()
        for seq in range(low, high + 1)
    }
    assert spread == numbers


@given(messages)
def test_plain_is_what_one_stored_run_makes_of_an_account(
    given_messages: list[tuple[int, int, list[State], Outcome]],
) -> None:
    batch = Batch()
    for _ in range(3):
        device = Device(uuid4(), uuid4(), "a", "ACTIVE", is_verified=True, keys=())
        batch.account_of(device, 1)
    mine: dict[int, list[tuple[int, list[State]]]] = {0: [], 1: [], 2: []}
    states: list[State] = []
    for account, seq, stored, refused in given_messages:
        batch.add(account, seq, len(stored), [], historical=False, received_ms=0, topic="")
        batch.refused[-1] = refused
        states += stored
        mine[account].append((seq, stored))
    row_message = np.repeat(np.arange(len(batch.rows)), np.array(batch.rows, np.int64))
    plain = tally(batch, row_message, np.array(states, np.uint8)).plain
    for account, sent in mine.items():
        numbers = sorted(seq for seq, _ in sent)
        one_run = bool(sent) and numbers == list(range(numbers[0], numbers[0] + len(sent)))
        all_stored = all(State.STORED in stored for _, stored in sent)
        assert plain[account] == (one_run and numbers[0] > 0 and all_stored)
