"""Log files are bounded, terminals cannot hold the stack up, followed logs survive a rotation."""

import contextlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack.errors import StackError
from stack.folders import Folders
from stack.logs import Tail, show
from stack.output import LogFile, Terminal, printable
from stack.probes import Reading, parse_metrics
from stack.rates import rates_between


def test_a_log_never_grows_past_its_bound(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "api.log", max_bytes=100, keep=2)
    for number in range(200):
        log.write(f"line {number}")
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["api.log", "api.log.1", "api.log.2"]
    assert sum(file.stat().st_size for file in files) <= 3 * 110
    newest = "".join(file.read_text("utf-8") for file in reversed(files))
    assert newest.endswith("line 199\n")


def test_a_terminal_that_takes_nothing_does_not_block() -> None:
    reading, writing = os.pipe()
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "w") as stuck:
        terminal = Terminal(stuck)
        for _ in range(20_000):
            terminal.line("api", "x" * 100)
        terminal.close(patience_s=0.05)
        os.close(reading)  # its thread ends with the pipe, not after it
        terminal._thread.join(5)
        assert not terminal._thread.is_alive()


def test_a_terminal_that_is_gone_is_no_error() -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    terminal = Terminal(Gone())
    terminal.line("api", "hello")
    terminal.close()


def test_lines_are_prefixed_with_the_program_and_plain_without_a_terminal() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    terminal.line("api", "hello")
    terminal.say("up")
    terminal.close()
    assert stream.getvalue() == "api       │ hello\nup\n"


@given(st.text())
def test_nothing_that_steers_a_terminal_gets_through(text: str) -> None:
    assert not any(ord(c) < 32 and c not in "\t\n" for c in printable(text))
    assert "\x1b" not in printable(text)


def test_the_last_lines_then_what_comes_across_a_rotation(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    log = LogFile(path, max_bytes=60, keep=2)
    for number in range(4):
        log.write(f"line {number}")
    tail = Tail(path)
    assert tail.last(2) == ["line 2", "line 3"]
    assert tail.more() == []
    for number in range(4, 12):
        log.write(f"line {number}")
    assert tail.more() == [f"line {number}" for number in range(4, 12)]
    log.close()
    tail.close()


def test_more_lines_than_there_are_is_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    path.write_text("one\ntwo\nhalf", encoding="utf-8")
    tail = Tail(path)
    assert tail.last(50) == ["one", "two"]
    tail.close()


def test_an_unknown_program_has_no_log(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.make()
    folders.log("api").write_text("hello\n", encoding="utf-8")
    with pytest.raises(StackError, match="no log of 'ipa'; there is api"):
        show(folders, "ipa", lines=1, follow=False)


def test_metrics_are_summed_over_their_labels() -> None:
    page = (
        '# HELP a A\n# TYPE a counter\na_total{r="x"} 1.0\na_total{r="y"} 2\njeg_ready 1.0\nbad\n'
    )
    assert parse_metrics(page) == {"a_total": 3.0, "jeg_ready": 1.0}


def sample(at: float, **counters: float) -> tuple[float, Reading]:
    return at, Reading(
        ready=True, counters={f"jeg_ingest_{n}_total": v for n, v in counters.items()}
    )


def test_rates_are_growth_per_second() -> None:
    rates = rates_between([sample(10, received=100, stored=5), sample(14, received=300, stored=5)])
    assert rates == {"received": 50, "committed": 0, "stored": 0, "duplicate": 0, "rejected": 0}


def test_a_counter_that_began_anew_has_no_negative_rate() -> None:
    assert rates_between([sample(1, received=9), sample(2, received=1)])["received"] == 0


def test_one_sample_is_no_rate() -> None:
    assert rates_between([sample(1, received=9), (2, Reading(ready=False))]) == {}
