"""The buffer against a model: nothing is freed without a receipt, the window holds."""

from hypothesis import given
from hypothesis import strategies as st

from simulators.buffer import SendBuffer
from simulators.payloads import Reading

STEPS = st.lists(
    st.one_of(
        st.just(("add", 0)),
        st.just(("send", 0)),
        st.just(("lost", 0)),
        st.tuples(st.just("receipt"), st.integers(-1, 40)),
    ),
    max_size=80,
)


def add(buffer: SendBuffer) -> int:
    return buffer.add([Reading("heart_rate", 1, 70)], 1, historical=False)


@given(STEPS)
def test_what_is_left_is_what_no_receipt_covered(steps: list[tuple[str, int]]) -> None:
    buffer = SendBuffer(window=4, timeout_s=10)
    added, covered, out = 0, 0, 0
    for now, (step, number) in enumerate(steps):
        if step == "add":
            added = add(buffer)
        elif step == "send" and (pending := buffer.due(now)):
            assert covered < pending.seq <= covered + 4
            buffer.sent(pending, now)
            out = max(out, pending.seq)
        elif step == "lost":
            buffer.connection_lost()
        elif step == "receipt":
            freed = buffer.receipt(number)
            assert [p.seq for p in freed] == list(range(covered + 1, min(number, added) + 1))
            covered = max(covered, min(number, added))
        assert len(buffer) == added - covered
        assert buffer.receipted_seq == covered
    assert out <= covered + 4


def test_waits_double_up_to_the_longest() -> None:
    buffer = SendBuffer(timeout_s=10, max_timeout_s=35)
    add(buffer)
    now = 0.0
    for wait in (10, 20, 35, 35):
        pending = buffer.due(now)
        assert pending is not None
        buffer.sent(pending, now)
        assert buffer.due(now + wait - 0.1) is None
        assert buffer.wait_s(now) == wait
        now += wait


def test_nothing_to_wait_for_in_an_empty_buffer() -> None:
    buffer = SendBuffer(capacity=1)
    assert buffer.wait_s(0) is None
    assert buffer.due(0) is None
    add(buffer)
    assert buffer.full
