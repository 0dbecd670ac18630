"""Checks of what runs: supervisor, programs, database, broker."""

import json
import time
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

from gateways.broker_accounts import FileBrokerAccounts
from stack.checks import Login, first_line, round_trip
from stack.doctor.canary import canary
from stack.doctor.finding import Finding, Level
from stack.doctor.machine import Checks
from stack.envfile import read_env
from stack.folders import Folders
from stack.programs import API
from stack.services.place import services_folder
from stack.status import ask_status
from storage.engine import sqlalchemy_url
from storage.migrate import config
from telemetry.keys import digest, new_key
from telemetry.topics import Down, down

_SKEW_S = 2.0
LOGS = "look at: jeg logs"


def running_checks(folders: Folders) -> Checks:
    """List the checks of what runs; one note when nothing does."""
    answer = ask_status(folders)
    if not answer["programs"]:
        return [("stack", partial(Finding, "stack", Level.NOTE, "is down", "start it: jeg up"))]
    url = read_env(folders.env).get("JEG_DATABASE_URL", "")
    checks: Checks = [
        ("database", partial(database, url)),
        ("migrations", partial(migrations, url)),
        ("canary", partial(canary, url)),
    ]
    if "broker" in answer["programs"]:
        checks.append(("broker", partial(broker, folders)))
    return checks + [
        (name, partial(program, name, entry)) for name, entry in answer["programs"].items()
    ]


def program(name: str, entry: dict[str, object]) -> Finding:
    """Look at the state of one process, and at how often it had to be started again."""
    state, restarts = entry["state"], entry["restarts"]
    if state != "running":
        return Finding(name, Level.WRONG, str(state), f"{LOGS} {name}")
    if restarts:
        often = "once" if restarts == 1 else f"{restarts} times"
        return Finding(name, Level.NOTE, f"running, restarted {often}", f"{LOGS} {name}")
    return Finding(name, Level.OK, "running")


def database(url: str) -> Finding:
    """Log in, look at TimescaleDB's edition and compare the clocks."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT extversion, current_setting('timescaledb.license'),"
                " extract(epoch FROM clock_timestamp())::float8"
                " FROM pg_extension WHERE extname = 'timescaledb'"
            ).fetchone()
    except psycopg.Error as error:
        return Finding("database", Level.WRONG, first_line(error), f"{LOGS} database")
    if row is None:
        return Finding("database", Level.WRONG, "has no TimescaleDB", "migrate it: jeg up")
    version, licence, epoch_s = row
    skew_s = abs(time.time() - epoch_s)
    if skew_s > _SKEW_S:
        text = f"its clock differs by {skew_s:.0f} s"
        return Finding("database", Level.WRONG, text, "set both clocks by NTP")
    return Finding("database", Level.OK, f"answers; TimescaleDB {version}, {licence}")


def migrations(url: str) -> Finding:
    """Compare the database's schema version with the newest migration."""
    newest = ScriptDirectory.from_config(config(url)).get_current_head()
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != newest:
        text = f"at {current}, newest is {newest}"
        return Finding("migrations", Level.WRONG, text, "apply them: jeg down, then jeg up")
    return Finding("migrations", Level.OK, f"current ({current})")


def broker(folders: Folders) -> Finding:
    """Log in as a device made for this check, and have it receive a command of the API's account.

    Goes through the plugin (device key), the password file (service account) and the access rules.
    """
    root = services_folder(folders.root) / "mosquitto"
    env = read_env(folders.env)
    passwords = json.loads((root / "credentials.json").read_text(encoding="utf-8"))
    device_id, key = uuid4(), new_key()
    accounts = FileBrokerAccounts(Path(env["JEG_BROKER_ACCOUNTS_DIR"]))
    accounts.put(device_id, [digest(key)])
    try:
        began = time.monotonic()
        fault = round_trip(
            env["JEG_BROKER_HOST"],
            int(env["JEG_BROKER_PORT"]),
            sender=Login(API.broker_account, passwords[API.broker_account]),
            receiver=Login(str(device_id), key),
            topic=down("0", UUID(str(device_id)), Down.CMD),
        )
        took_ms = (time.monotonic() - began) * 1000
    finally:
        accounts.remove(device_id)
    if fault:
        return Finding("broker", Level.WRONG, fault, f"{LOGS} broker")
    return Finding("broker", Level.OK, f"a device logs in and is reached ({took_ms:.0f} ms)")
