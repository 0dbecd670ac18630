"""Loads the demo clinic: `python -m stack.demo`. Idempotent: what is there stays as it is.

Writes the devices with their keys to JEG_DEVICES_FILE, for the simulator. A key is known only to
that file and to the device: when the file is lost, the devices get new keys.
"""

import asyncio
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateways.broker_accounts import BrokerAccounts, FileBrokerAccounts
from stack.demo_appointments import add_appointments
from stack.demo_clinic import (
    ADMIN,
    CLINICIANS,
    HISTORY_DAYS,
    HOSPITAL,
    LOGINS,
    PASSWORD,
    PATIENTS,
    WARD,
    Patient,
    demo_id,
)
from stack.demo_medications import add_catalogue
from stack.demo_providers import add_providers
from stack.services.place import write_private
from storage import models
from storage.engine import Database, WriteSession
from storage.queries import seeding
from telemetry.keys import digest, new_key
from telemetry.topics import partition_of


class DemoSettings(BaseSettings):
    """What loading the demo clinic must be told."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development", description="`production` refuses the demo clinic."
    )
    database_url: SecretStr = Field(
        description="PostgreSQL with TimescaleDB, as `postgresql://user:password@host:port/name`."
    )
    broker_accounts_dir: Path = Field(
        description="Folder where the broker looks up which device may connect with which key."
    )
    devices_file: Path = Field(
        default=Path(".jeg/demo/devices.json"),
        description="Where the devices and their keys are written, for the simulator.",
    )


async def load(database: Database, accounts: BrokerAccounts, devices_file: Path) -> None:
    """Load the clinic, in one transaction, then tell the broker and the simulator."""
    keys = read_keys(devices_file)
    async with database.write() as session:
        await _add_people(session)
        await _add_stays(session)
        await add_providers(session)
        await add_appointments(session, dt.datetime.now(dt.UTC))
        await _add_devices(session)
        await add_catalogue(session)
        keys = await _settle_keys(session, keys)
    write_private(devices_file, json.dumps([_entry(p, keys) for p in PATIENTS], indent=2) + "\n")
    for patient in PATIENTS:
        accounts.put(patient.device_id, [digest(keys[patient.device_id])])


def read_keys(devices_file: Path) -> dict[UUID, str]:
    """Read device id -> key of an earlier load; none from a missing or damaged file."""
    try:
        entries = json.loads(devices_file.read_text(encoding="utf-8"))
        return {UUID(entry["device_id"]): str(entry["api_key"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _entry(patient: Patient, keys: dict[UUID, str]) -> dict[str, Any]:
    return {
        "device_id": str(patient.device_id),
        "api_key": keys[patient.device_id],
        "partition": partition_of(patient.id),
        "patient_id": str(patient.id),
        "scenario": patient.scenario,
        "profile": patient.profile,
        "history_days": HISTORY_DAYS,
    }


async def _add_people(session: WriteSession) -> None:
    hashed = PasswordHash((Argon2Hasher(),)).hash(PASSWORD)
    staff = [login for login in (*LOGINS, *CLINICIANS[-1:]) if login.role != "patient"]
    users = [
        {
            "id": one.id,
            "username": one.email,
            "email": one.email,
            "password_hash": hashed,
            "first_name": one.first_name,
            "last_name": one.last_name,
            "date_of_birth": None,
            "is_email_verified": True,
        }
        for one in staff
    ] + [
        {
            "id": one.id,
            "username": one.email or f"patient:demo-bed-{one.bed}",
            "email": one.email,
            "password_hash": hashed if one.email else None,
            "first_name": one.first_name,
            "last_name": one.last_name,
            "date_of_birth": dt.date.fromisoformat(one.birth_date),
            "is_email_verified": one.email is not None,
        }
        for one in PATIENTS
    ]
    await seeding.add_missing(session, models.User, users)
    await seeding.add_missing(
        session,
        models.UserProfile,
        [{"id": demo_id("profile", str(p.id)), "user_id": p.id, "gender": p.sex} for p in PATIENTS],
    )
    roles = await seeding.role_ids(session)
    held = [(one.id, roles[one.role]) for one in staff] + [
        (one.id, roles["patient"]) for one in PATIENTS
    ]
    await seeding.add_missing(
        session, models.UserRole, [{"user_id": user, "role_id": role} for user, role in held]
    )


async def _add_stays(session: WriteSession) -> None:
    hospital = demo_id("hospital", HOSPITAL)
    await seeding.add_missing(
        session,
        models.Hospital,
        [{"id": hospital, "name": HOSPITAL, "city": "Accra", "country": "Ghana"}],
    )
    await seeding.add_missing(
        session,
        models.HealthcareProvider,
        [
            {
                "id": demo_id("provider", one.email),
                "user_id": one.id,
                "first_name": one.first_name,
                "last_name": one.last_name,
                "email": one.email,
                "specialization": one.specialization,
                "license_number": f"DEMO-{number:04d}",
            }
            for number, one in enumerate(CLINICIANS, start=1)
        ],
    )
    await seeding.add_missing(
        session,
        models.ProviderHospital,
        [
            {
                "provider_id": demo_id("provider", one.email),
                "hospital_id": hospital,
                "is_primary": True,
            }
            for one in CLINICIANS
        ],
    )
    admitted = dt.datetime.now(dt.UTC) - dt.timedelta(days=HISTORY_DAYS)
    await seeding.add_missing(
        session,
        models.Encounter,
        [
            {
                "id": demo_id("encounter", str(one.bed)),
                "patient_id": one.id,
                "hospital_id": hospital,
                "ward": WARD,
                "bed": str(one.bed),
                "period_start": admitted,
            }
            for one in PATIENTS
        ],
    )
    await seeding.add_missing(
        session,
        models.CareRelationship,
        [
            {
                "id": demo_id("care", f"{who.email}:{one.bed}"),
                "clinician_id": who.id,
                "patient_id": one.id,
                "kind": "assignment",
            }
            for who in CLINICIANS
            for one in PATIENTS
            if one.bed in who.beds
        ],
    )


async def _add_devices(session: WriteSession) -> None:
    await seeding.add_missing(
        session,
        models.IoTDevice,
        [
            {
                "id": demo_id("iot-device", str(one.bed)),
                "device_id": one.device_id,
                "name": f"Bedside monitor {one.bed}",
                "device_type": "patient_monitor",
                "manufacturer": "JEGHealth",
                "model": "Simulated",
                "owner_id": one.id,
                "registered_by_id": ADMIN.id,
                "is_verified": True,
            }
            for one in PATIENTS
        ],
    )


async def _settle_keys(session: WriteSession, kept: dict[UUID, str]) -> dict[UUID, str]:
    """Keep each device's key when file and database agree on it, else make a new one."""
    stored = await seeding.known_digests(session, [one.device_id for one in PATIENTS])
    keys: dict[UUID, str] = {}
    for device_id, digests in stored.items():
        key = kept.get(device_id)
        if key is None or digest(key) not in digests:
            key = new_key()
            await seeding.replace_keys(session, device_id, digest(key))
        keys[device_id] = key
    return keys


async def run(settings: DemoSettings) -> None:
    """Load the clinic into the database that the settings name."""
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    accounts = FileBrokerAccounts(settings.broker_accounts_dir)
    try:
        await load(database, accounts, settings.devices_file)
    finally:
        await database.close()


def main() -> None:
    """Load the demo clinic as the environment says."""
    try:
        settings = DemoSettings()
    except ValidationError as error:
        sys.exit("\n".join(f"JEG_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()))
    if settings.environment == "production":
        sys.exit("the demo clinic is refused: JEG_ENVIRONMENT is production")
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
