"""The demo clinic: twice is once, lost files come back, production refuses it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gateways.broker_accounts import FileBrokerAccounts
from simulators.ward import read_devices
from stack import demo
from stack.demo_clinic import CLINICIANS, LOGINS, PASSWORD, PATIENTS
from stack.folders import REPOSITORY
from storage.engine import Database
from telemetry.keys import digest
from telemetry.topics import partition_of

TABLES = (
    "users",
    "user_profiles",
    "user_roles",
    "hospitals",
    "healthcare_providers",
    "provider_hospitals",
    "encounters",
    "care_relationships",
    "iot_devices",
    "device_keys",
)


class Clinic:
    """The demo clinic in a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.accounts = folder / "accounts"
        self.file = folder / "devices.json"

    async def load(self) -> None:
        """Load it, as the command does."""
        database = Database(self.url, pool_size=1)
        try:
            await demo.load(database, FileBrokerAccounts(self.accounts), self.file)
        finally:
            await database.close()

    def ask(self, question: LiteralString) -> list[Any]:
        """What a query finds in it."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(question).fetchall()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that it put into the database."""
        with psycopg.connect(self.url) as connection:
            return {
                table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)  # noqa: S608  # type: ignore[call-overload]
                for table in TABLES
            }

    def account_lines(self) -> dict[str, str]:
        """What the broker knows of each device."""
        return {path.name: path.read_text("ascii") for path in self.accounts.glob("??/*")}


@pytest.fixture
def clinic(fresh_database_url: str, tmp_path: Path) -> Clinic:
    return Clinic(fresh_database_url, tmp_path)


async def test_it_is_what_the_simulator_and_the_broker_expect(clinic: Clinic) -> None:
    await clinic.load()
    entries = read_devices(clinic.file)
    assert len(entries) == 12
    assert clinic.file.stat().st_mode & 0o777 == 0o600
    accounts = clinic.account_lines()
    for entry in entries:
        assert entry.partition == partition_of(entry.patient_id)
        assert accounts[str(entry.device_id)] == digest(entry.api_key).hex() + "\n"
    assert {entry.scenario for entry in entries} >= {
        "stable",
        "desaturation",
        "fever",
        "bradycardia",
    }


async def test_loading_it_twice_changes_nothing(clinic: Clinic) -> None:
    await clinic.load()
    before, file, accounts = clinic.rows(), clinic.file.read_text("utf-8"), clinic.account_lines()
    await clinic.load()
    assert clinic.rows() == before
    assert clinic.file.read_text("utf-8") == file
    assert clinic.account_lines() == accounts


async def test_what_somebody_changed_stays_changed(clinic: Clinic) -> None:
    await clinic.load()
    with psycopg.connect(clinic.url) as connection:
        connection.execute("UPDATE encounters SET bed = '99' WHERE bed = '1'")
        connection.execute("UPDATE users SET last_name = 'New' WHERE email = 'dev@demo.example'")
    before = clinic.rows()
    await clinic.load()
    assert clinic.rows() == before


@pytest.mark.parametrize("content", [None, "", "[{}]", "{"])
async def test_with_its_file_lost_every_device_gets_a_new_key(
    clinic: Clinic, content: str | None
) -> None:
    await clinic.load()
    before = {entry.device_id: entry.api_key for entry in read_devices(clinic.file)}
    if content is None:
        clinic.file.unlink()
    else:
        clinic.file.write_text(content, encoding="utf-8")
    await clinic.load()
    after = {entry.device_id: entry.api_key for entry in read_devices(clinic.file)}
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    stored = clinic.ask("SELECT device_id, digest FROM device_keys")
    assert {(device, bytes(value)) for device, value in stored} == {
        (device, digest(key)) for device, key in after.items()
    }


async def test_broker_accounts_that_were_lost_come_back(clinic: Clinic) -> None:
    await clinic.load()
    before = clinic.account_lines()
    for path in clinic.accounts.glob("??/*"):
        path.unlink()
    await clinic.load()
    assert clinic.account_lines() == before


async def test_everybody_has_their_role_and_those_who_log_in_the_password(clinic: Clinic) -> None:
    await clinic.load()
    found = clinic.ask(
        "SELECT u.email, r.name, u.password_hash FROM users u"
        " JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id"
    )
    assert len(found) == len(PATIENTS) + len({*LOGINS, *CLINICIANS}) - 1  # one patient logs in
    by_email = {email: (role, hashed) for email, role, hashed in found if email}
    hasher = PasswordHash((Argon2Hasher(),))
    for login in LOGINS:
        role, hashed = by_email[login.email]
        assert role == login.role
        assert hashed
        assert hasher.verify(PASSWORD, hashed)
    assert sum(hashed is None for _, _, hashed in found) == len(PATIENTS) - 1


async def test_who_cares_for_whom(clinic: Clinic) -> None:
    await clinic.load()
    found = clinic.ask(
        "SELECT u.email, count(*) FROM care_relationships c"
        " JOIN users u ON u.id = c.clinician_id WHERE kind = 'assignment' GROUP BY u.email"
    )
    assert dict(found) == {
        "dr.mensah@demo.example": 12,
        "nurse.addo@demo.example": 12,
        "dr.boateng@demo.example": 6,
    }


async def test_doctors_see_whom_they_have_an_appointment_with(clinic: Clinic) -> None:
    await clinic.load()
    found = clinic.ask(
        "SELECT count(*), count(c.id) FROM appointments a"
        " JOIN healthcare_providers p ON p.id = a.healthcare_provider_id"
        " LEFT JOIN care_relationships c ON c.kind = 'appointment' AND c.ends_at > now()"
        " AND (c.patient_id, c.clinician_id) = (a.patient_id, p.user_id)"
        " WHERE a.appointment_date > now()"
    )
    assert found == [(6, 6)]


def test_ids_do_not_change_from_version_to_version() -> None:
    """The simulator's state and people's bookmarks hold them."""
    assert PATIENTS[0].id == UUID("c20bc49c-ea94-57ac-9fa1-8cb4c093b3e7")
    assert PATIENTS[0].device_id == UUID("aaa690e6-0ccb-5e97-bf7c-b8ce521fdf60")


def test_production_refuses_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stack.demo"],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "JEG_ENVIRONMENT": "production",
            "JEG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "JEG_BROKER_ACCOUNTS_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "the demo clinic is refused: JEG_ENVIRONMENT is production"


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stack.demo"],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "JEG_BROKER_ACCOUNTS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "JEG_DATABASE_URL: Field required"


def test_the_devices_file_is_json_that_a_person_can_read(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    file.write_text(json.dumps([{"device_id": str(PATIENTS[0].device_id), "api_key": "jk_x"}]))
    assert demo.read_keys(file) == {PATIENTS[0].device_id: "jk_x"}
