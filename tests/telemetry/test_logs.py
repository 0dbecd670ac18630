"""Logs of a program: every line in one form, whenever its logger was made."""

import json
import subprocess
import sys

CODE = """
from telemetry import logs
early = logs.logger(device_id="d1")
logs.configure("ingest", "{form}")
early.info("early")
logs.logger().info("late")
early.debug("never shown")
try:
    key = "jk_secret"
    raise ValueError
except ValueError:
    early.exception("failed")
"""


def said(form: str) -> list[str]:
    code = CODE.replace("{form}", form)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
    assert "jk_secret'" not in done.stderr.replace('key = "jk_secret"', "")
    return done.stderr.splitlines()


def test_a_logger_made_before_the_configuration_writes_as_one_made_after() -> None:
    early, late, failed = map(json.loads, said("json"))
    assert early["device_id"] == "d1"
    assert all(one["timestamp"].endswith("Z") for one in (early, late, failed))
    assert {one["program"] for one in (early, late, failed)} == {"ingest"}


def test_times_for_people_are_in_the_same_form() -> None:
    early, late, failed, *_ = said("console")
    for line in (early, late, failed):
        time, _, _ = line.partition(" ")
        assert time[10] == "T", line
        assert time.endswith("Z"), line
