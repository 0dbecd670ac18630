"""The supervisor with tiny real processes: restarts, order, clean stop, nothing left behind."""

import asyncio
import io
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stack.child import Backoff, Spec, State
from stack.folders import Folders
from stack.output import Terminal
from stack.probes import NOT_READY, Probe, Reading, metrics_probe
from stack.processes import Identity
from stack.services.place import free_port
from stack.supervisor import Supervisor

FAKE = Path(__file__).with_name("fake_program.py")


async def always_ready() -> Reading:
    return Reading(ready=True)


async def never_ready() -> Reading:
    return NOT_READY


def fake(name: str, *options: str, probe: Probe = always_ready, stage: int = 0) -> Spec:
    return Spec(
        name=name,
        argv=(sys.executable, str(FAKE), *options),
        env={"PATH": os.environ["PATH"]},
        cwd=Path("/"),
        probe=probe,
        stage=stage,
        stop_timeout_s=2,
    )


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.make()
    return made


@pytest.fixture
async def supervisor(folders: Folders) -> AsyncIterator[Supervisor]:
    made = Supervisor(folders, Terminal(io.StringIO()))
    yield made
    await made.stop()


async def until(condition: Callable[[], bool], patience_s: float = 60) -> None:
    async with asyncio.timeout(patience_s):
        while not condition():  # noqa: ASYNC110  # the condition is the state of another process
            await asyncio.sleep(0.02)


async def test_a_program_is_ready_when_its_metrics_page_says_so(supervisor: Supervisor) -> None:
    port = free_port(58300)
    child = supervisor.start(fake("api", "--port", str(port), probe=metrics_probe(port)))
    assert child.state is not State.RUNNING
    assert await supervisor.wait_ready(["api"], 60) == []
    assert supervisor.all_running()
    assert set(supervisor.programs()["api"]) == {"state", "pid", "uptime_s", "restarts"}
    await supervisor.stop()
    assert supervisor.programs()["api"]["state"] == "stopped"
    assert supervisor.programs()["api"]["pid"] is None


async def test_waiting_for_ready_is_bounded_and_names_who_is_late(supervisor: Supervisor) -> None:
    supervisor.start(fake("slow", probe=never_ready))
    supervisor.start(fake("quick"))
    assert await supervisor.wait_ready(["slow", "quick"], 1) == ["slow"]
    await supervisor.stop()


async def test_what_refuses_its_settings_is_not_started_again(
    supervisor: Supervisor, folders: Folders
) -> None:
    code = f"import sys; sys.exit({os.EX_CONFIG})"
    refusing = replace(fake("ingest", probe=never_ready), argv=(sys.executable, "-c", code))
    child = supervisor.start(refusing, Backoff(0.01, 0.02))
    async with asyncio.timeout(60):
        assert await supervisor.wait_ready(["ingest"], 600) == ["ingest"]
    assert (child.state, child.restarts) == (State.FAILED, 0)
    await supervisor.stop()
    assert "not started again" in folders.log("ingest").read_text("utf-8")


async def test_what_dies_is_started_again_and_counted(
    supervisor: Supervisor, folders: Folders
) -> None:
    child = supervisor.start(fake("ingest", "--die-after", "0.01"), Backoff(0.01, 0.02))
    await until(lambda: child.restarts >= 3)
    await supervisor.stop()
    log = folders.log("ingest").read_text(encoding="utf-8")
    assert "ended with exit code 3" in log
    assert len(set(re.findall(r"hello pid=(\d+)", log))) >= 3


async def test_a_killed_program_comes_back_with_another_pid(supervisor: Supervisor) -> None:
    child = supervisor.start(fake("jobs"), Backoff(0.01))
    await until(lambda: child.state is State.RUNNING)
    first = child.identity
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    await until(lambda: child.restarts == 1 and child.state is State.RUNNING)
    assert child.identity != first
    await supervisor.stop()


async def test_a_command_that_cannot_run_is_tried_again_and_does_not_end_the_supervisor(
    supervisor: Supervisor, folders: Folders
) -> None:
    spec = Spec("gone", ("/nonexistent/program",), {}, Path("/"), never_ready)
    child = supervisor.start(spec, Backoff(0.01, 0.01))
    await until(lambda: child.restarts >= 2)
    await supervisor.stop()
    assert folders.log("gone").stat().st_size


async def test_a_deaf_program_is_killed_and_so_is_what_it_left_behind(
    supervisor: Supervisor, folders: Folders
) -> None:
    supervisor.start(fake("deaf", "--deaf", "--grandchild"))
    log = folders.log("deaf")
    await until(lambda: "grandchild=" in log.read_text(encoding="utf-8"))
    pids = [int(pid) for pid in re.findall(r"(?:pid|child)=(\d+)", log.read_text(encoding="utf-8"))]
    began = asyncio.get_running_loop().time()
    await supervisor.stop()
    assert asyncio.get_running_loop().time() - began < 6
    await until(lambda: not any(Identity.of(pid) for pid in pids))


async def test_later_stages_stop_before_earlier_ones(folders: Folders) -> None:
    stopped: list[str] = []

    def note() -> None:
        for name, child in made.children.items():
            if child.state is State.STOPPED and name not in stopped:
                stopped.append(name)

    made = Supervisor(folders, Terminal(io.StringIO()), note)
    made.start(fake("database", stage=0))
    made.start(fake("broker", stage=1))
    made.start(fake("api", stage=2))
    await made.wait_ready(["database", "broker", "api"], 60)
    stopped.clear()
    await made.stop()
    assert stopped == ["api", "broker", "database"]


async def test_stop_is_idempotent_and_works_while_a_program_waits_to_restart(
    supervisor: Supervisor,
) -> None:
    child = supervisor.start(fake("api", "--die-after", "0.01"), Backoff(60, 60))
    await until(lambda: child.state is State.RESTARTING)
    await asyncio.wait_for(supervisor.stop(), 20)
    await asyncio.wait_for(supervisor.stop(), 20)
    assert child.state is State.STOPPED


async def test_a_one_shot_reports_its_exit_code_and_last_lines(supervisor: Supervisor) -> None:
    ended = await supervisor.run_once(fake("migrate", "--die-after", "0.01", "--say", "boom"))
    assert ended.code == 3
    assert "boom" in ended.last_lines[-1]


async def test_a_cancelled_one_shot_leaves_no_process(
    supervisor: Supervisor, folders: Folders
) -> None:
    task = asyncio.create_task(supervisor.run_once(fake("migrate")))
    log = folders.log("migrate")
    await until(lambda: log.exists() and "pid=" in log.read_text(encoding="utf-8"))
    found = re.search(r"pid=(\d+)", log.read_text(encoding="utf-8"))
    assert found is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert Identity.of(int(found[1])) is None


async def test_the_kernel_ends_children_of_a_killed_supervisor(tmp_path: Path) -> None:
    program = (
        "import asyncio, io, sys; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\n"
        "from test_supervisor import fake, Folders, Supervisor, Terminal\n"
        "async def main():\n"
        "    folders = Folders(Path(sys.argv[3])); folders.make()\n"
        "    supervisor = Supervisor(folders, Terminal(io.StringIO()))\n"
        "    supervisor.start(fake('api')); await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(root), str(Path(__file__).parent), str(tmp_path)
    )
    log = Folders(tmp_path).log("api")
    await until(lambda: log.exists() and "pid=" in log.read_text(encoding="utf-8"))
    found = re.search(r"pid=(\d+)", log.read_text(encoding="utf-8"))
    assert found is not None
    process.kill()
    await process.wait()
    await until(lambda: Identity.of(int(found[1])) is None)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder in one that nobody else may enter, like a clone under /root."""
    tmp_path.chmod(0o700)
    folder = tmp_path / "code"
    folder.mkdir()
    return folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as somebody else")
@pytest.mark.parametrize("read_all", [True, False])
async def test_a_program_of_another_account_reads_a_closed_folder_only_with_leave(
    supervisor: Supervisor, closed: Path, read_all: bool
) -> None:
    script = f"test -r {closed} && echo readable; echo x > {closed}/new && echo writable; id -un"
    spec = replace(fake("migrate"), argv=("sh", "-c", script), user="nobody", read_all=read_all)
    said = (await supervisor.run_once(spec)).last_lines
    assert ("readable" in said) is read_all
    assert "writable" not in said
    assert said[-1] == "nobody"


@pytest.mark.parametrize(
    ("uptimes", "pauses"),
    [
        ([0, 0, 0, 0], [1, 2, 4, 5]),
        ([0, 0, 30, 0], [1, 2, 1, 2]),
    ],
)
def test_backoff_doubles_to_a_limit_and_a_stable_run_resets_it(
    uptimes: list[float], pauses: list[float]
) -> None:
    backoff = Backoff(first_s=1, longest_s=5, stable_s=20)
    assert [backoff.pause_s(uptime) for uptime in uptimes] == pauses
