"""One command from nothing to a live ward, and every bad day that the stack promises to survive.

One test, since it is one story of one stack; each chapter is a function.
"""

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateways.broker_accounts import FileBrokerAccounts
from stack.demo_clinic import PASSWORD
from stack.envfile import read_env
from stack.folders import REPOSITORY
from telemetry.keys import digest, new_key
from tests.stack.running_stack import (
    Clinician,
    Json,
    RunningStack,
    ShellDevice,
    now_ms,
    until,
)
from tests.support.services import new_folder

PROGRAMS = {"database", "broker", "ingest", "analytics", "jobs", "api", "simulator"}


@pytest.fixture
def stack() -> Iterator[RunningStack]:
    """A folder for a stack; whatever of it still runs at the end is stopped."""
    root = new_folder()
    made = RunningStack(root)
    yield made
    if made.process is not None:
        made.process.kill()
        made.process.wait()
    made.jeg("down")
    made.jeg("reset", "--yes")
    shutil.rmtree(root)


def test_from_nothing_to_a_live_ward_and_through_bad_days(stack: RunningStack) -> None:
    everything_comes_up(stack)
    with Clinician(stack.status()["url"], "dr.mensah@demo.example", PASSWORD) as who:
        patient = register_patient(who)
        device = register_device(who, patient)
        a_reading_is_seen(who, patient, device)
        the_readme_and_the_quickstart_hold(str(who.http.base_url))
        bad_input_ends_in_dead_letters(stack, who, device)
        an_alarm_arises_and_is_acknowledged(who, patient, device)
        broker_and_database_stop_without_loss(stack, who, patient, device)
        a_killed_program_comes_back(stack)
    no_secret_is_in_the_logs(stack, device)
    everything_goes_down(stack)
    a_killed_supervisor_is_recovered_from(stack)


def everything_comes_up(stack: RunningStack) -> None:
    down = stack.jeg("status", "--json")
    assert down.returncode == 3
    assert json.loads(down.stdout) == {"url": "", "programs": {}, "rates": {}}
    stack.start()
    assert PASSWORD in stack.said()
    up = stack.jeg("status", "--json")
    answer = json.loads(up.stdout)
    assert up.returncode == 0, answer
    assert set(answer) == {"url", "programs", "rates", "canary", "canary_line"}
    assert set(answer["programs"]) == PROGRAMS
    for entry in answer["programs"].values():
        assert set(entry) == {"state", "pid", "uptime_s", "restarts"}
        assert entry["state"] == "running"
    again = stack.jeg("up")
    assert again.returncode == 0
    assert f"already running at {answer['url']}" in again.stdout
    rates = until(lambda: stack.status()["rates"])
    assert rates.keys() >= {"received", "stored", "rejected"}
    doctor = stack.jeg("doctor")
    assert doctor.returncode == 0, doctor.stdout


def register_patient(who: Clinician) -> str:
    body = {"first_name": "Yaa", "last_name": "Asantewaa", "ward": "4B", "bed": "13"}
    patient: str = who.post("/api/patients/", body, 201)["id"]
    return patient


def register_device(who: Clinician, patient: str) -> ShellDevice:
    body = {"device_type": "wearable", "owner_id": patient, "provisioned": True}
    return ShellDevice(who.post("/api/iot/devices/register/", body, 201))


def heart_rates(who: Clinician, patient: str) -> dict[int, float]:
    """Every stored heart rate of the patient: milliseconds since 1970 -> value."""
    found: dict[int, float] = {}
    query = {"patient": patient, "metric": "heart_rate", "limit": "500"}
    for entry in who.get("/api/health-metrics/", **query)["results"]:
        stamp = time.strptime(entry["recorded_at"][:19], "%Y-%m-%dT%H:%M:%S")
        fraction = re.search(r"\.(\d+)", entry["recorded_at"])
        millis = int(fraction[1].ljust(3, "0")[:3]) if fraction else 0
        found[_utc_seconds(stamp) * 1000 + millis] = entry["value"]
    return found


def _utc_seconds(stamp: time.struct_time) -> int:
    from calendar import timegm  # noqa: PLC0415

    return timegm(stamp)


def a_reading_is_seen(who: Clinician, patient: str, device: ShellDevice) -> None:
    taken_ms = now_ms()
    assert device.publish(device.reading(72, taken_ms))
    until(lambda: heart_rates(who, patient) == {taken_ms: 72.0})


def the_readme_and_the_quickstart_hold(url: str) -> None:
    for page in ("README.md", "docs/quickstart.md"):
        text = (REPOSITORY / page).read_text(encoding="utf-8")
        block = re.search(r"<!-- device -->\n```sh\n(.*?)```", text, flags=re.DOTALL)
        assert block is not None, page
        script = block[1].replace("localhost:8000", url.removeprefix("http://"))
        done = subprocess.run(
            ["sh", "-ec", script], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert '"value":72' in done.stdout, f"{page}: {done.stdout}"


def bad_input_ends_in_dead_letters(
    stack: RunningStack, who: Clinician, device: ShellDevice
) -> None:
    good = device.reading(70, now_ms())
    wrong_key = new_key()
    leaf = device.topic.rsplit("/", 1)[0]
    assert device.publish(good | {"api_key": wrong_key})
    assert device.publish(good, topic=f"{leaf}/nonsense")
    assert device.publish('{"api_key":"' + device.key + '", oops')
    assert device.publish(good | {"value": 9999})
    assert device.publish(good | {"timestamp": now_ms() // 1000})
    expected = {"wrong_key", "foreign_topic", "invalid_json", "out_of_range", "time_in_seconds"}
    letters = until(lambda: _letters_of(stack, device.id, expected))
    payloads = "".join(letter["payload"] for letter in letters)
    assert device.key not in payloads
    assert wrong_key not in payloads
    text = stack.jeg("dead-letters", "--reason", "out_of_range", "--device", device.id).stdout
    assert "9999" in text
    assert "wrong_key" not in text
    an_unknown_device_is_refused(stack, device)
    another_ones_topic_is_refused_by_the_broker(who, device)


def _letters_of(stack: RunningStack, device_id: str, expected: set[str]) -> list[Json]:
    found = stack.jeg("dead-letters", "--json", "--limit", "100")
    letters = [one for one in json.loads(found.stdout) if device_id in one["topic"]]
    return letters if {letter["reason"] for letter in letters} >= expected else []


def an_unknown_device_is_refused(stack: RunningStack, known: ShellDevice) -> None:
    """At the broker, which knows no such account; and by ingest, should the broker let it in."""
    topic = f"jeg/v1/0/{(stranger_id := uuid4())}/up/telemetry"
    stranger = ShellDevice(
        {
            "device_id": str(stranger_id),
            "api_key": new_key(),
            "topics": {"telemetry": topic},
            "broker": known.broker,
        }
    )
    assert not stranger.publish(stranger.reading(70, now_ms()))
    folder = Path(read_env(stack.folders.env)["JEG_BROKER_ACCOUNTS_DIR"])
    accounts = FileBrokerAccounts(folder)
    accounts.put(stranger_id, [digest(stranger.key)])
    try:
        assert stranger.publish(stranger.reading(70, now_ms()))
        until(lambda: _letters_of(stack, stranger.id, {"unknown_device"}))
    finally:
        accounts.remove(stranger_id)


def another_ones_topic_is_refused_by_the_broker(who: Clinician, device: ShellDevice) -> None:
    other_patient = register_patient(who)
    other = register_device(who, other_patient)
    device.publish(device.reading(70, now_ms()), topic=other.topic)
    assert other.publish(other.reading(71, taken_ms := now_ms()))
    until(lambda: heart_rates(who, other_patient))
    assert heart_rates(who, other_patient) == {taken_ms: 71.0}


def an_alarm_arises_and_is_acknowledged(who: Clinician, patient: str, device: ShellDevice) -> None:
    began_ms = now_ms() - 40_000
    run = {"c": "oxygen_saturation", "t0": began_ms, "dt": 1000, "v": [82] * 40}
    assert device.publish({"boot": 1, "seq": 1, "sent": now_ms(), "key": device.key, "m": [run]})

    def raised() -> list[Json]:
        found: list[Json] = who.get("/api/alarms/", patient=patient, state="active")["results"]
        return [one for one in found if one["condition"] == "oxygen_saturation_low"]

    [alarm] = until(raised)
    assert alarm["state"] == "active_unacknowledged"
    path = f"/api/alarms/{alarm['id']}/acknowledge/"
    answer = who.post(path, {}, 200)
    assert answer["state"] == "active_acknowledged"
    assert answer["acknowledged_by"]["name"] == "Kwame Mensah"
    assert who.post(path, {}, 200)["acknowledged_at"] == answer["acknowledged_at"]


def broker_and_database_stop_without_loss(
    stack: RunningStack, who: Clinician, patient: str, device: ShellDevice
) -> None:
    before = heart_rates(who, patient)
    sent: dict[int, float] = {}
    for number in range(60):
        if number == 15:
            stack.kill("broker", signal.SIGTERM)
        if number == 35:
            stack.kill("database", signal.SIGINT)
        taken_ms = now_ms()
        value = float(60 + number % 30)
        until(lambda v=value, t=taken_ms: device.publish(device.reading(v, t)))  # type: ignore[misc]
        sent[taken_ms] = value
    until(lambda: stack.jeg("status").returncode == 0)
    until(lambda: _all_stored(who, patient, before | sent))
    programs = stack.status()["programs"]
    assert programs["broker"]["restarts"] == programs["database"]["restarts"] == 1
    for name in ("ingest", "analytics", "jobs", "api", "simulator"):
        assert programs[name]["restarts"] == 0, f"{name} fell over when a service was away"


def _all_stored(who: Clinician, patient: str, expected: dict[int, float]) -> bool:
    return heart_rates(who, patient) == expected


def a_killed_program_comes_back(stack: RunningStack) -> None:
    stack.kill("ingest", signal.SIGKILL)
    until(lambda: stack.status()["programs"]["ingest"]["restarts"] == 1)
    until(lambda: stack.jeg("status").returncode == 0)


def no_secret_is_in_the_logs(stack: RunningStack, device: ShellDevice) -> None:
    env = read_env(stack.folders.env)
    database_password = re.search(r":([^:@/]+)@", env["JEG_DATABASE_URL"])
    assert database_password is not None
    demo_keys = [one["api_key"] for one in json.loads(stack.folders.devices.read_text("utf-8"))]
    secrets = [device.key, env["JEG_SECRET_KEY"], database_password[1], *demo_keys]
    for path in [*stack.folders.logs.iterdir(), stack.folders.record, stack.output]:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(secret in text for secret in secrets), path


def everything_goes_down(stack: RunningStack) -> None:
    assert stack.process is not None
    done = stack.jeg("down")
    assert done.returncode == 0, done.stderr
    assert stack.process.wait(30) == 0
    until(lambda: stack.left_running() == [])
    assert stack.jeg("status").returncode == 3
    assert stack.jeg("down").stdout.strip() == "nothing is running"
    refused = stack.jeg("dead-letters")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1


def a_killed_supervisor_is_recovered_from(stack: RunningStack) -> None:
    stack.start()
    first = stack.status()
    assert stack.end(signal.SIGKILL) == -signal.SIGKILL
    began = time.monotonic()
    stack.start()
    assert time.monotonic() - began < 90
    second = stack.status()
    assert second["url"] == first["url"], "the ports are remembered"
    pids = [{entry["pid"] for entry in one["programs"].values()} for one in (first, second)]
    assert not pids[0] & pids[1]
    expected = len(PROGRAMS) + 1  # and the supervisor
    until(lambda: len(_leaders(stack)) == expected)
    assert stack.end(signal.SIGHUP) == 0, "as when the terminal is closed"
    until(lambda: stack.left_running() == [])


def _leaders(stack: RunningStack) -> list[str]:
    """Processes of the stack, without those that PostgreSQL starts for itself."""
    return [line for line in stack.left_running() if not line.startswith("postgres:")]
