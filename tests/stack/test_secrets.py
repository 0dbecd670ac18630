"""A secret of the caller's environment reaches the programs that use it, and no other."""

from typing import Final

import pytest
from pydantic import BaseModel

from analytics.settings import Settings as AnalyticsSettings
from api.settings import Settings as ApiSettings
from ingest.settings import Settings as IngestSettings
from jobs.settings import Settings as JobsSettings
from simulators.settings import Settings as SimulatorSettings
from stack.backing import Backing
from stack.places import Launcher
from stack.programs import BROKER_ACCOUNTS, PROGRAMS, Need, Program, Secrets, Where
from stack.services.place import Account

SETTINGS: Final[dict[str, type[BaseModel]]] = {
    "ingest": IngestSettings,
    "analytics": AnalyticsSettings,
    "api": ApiSettings,
    "jobs": JobsSettings,
    "simulator": SimulatorSettings,
}
PAYMENT: Final = ("JEG_STRIPE_SECRET_KEY", "JEG_STRIPE_WEBHOOK_SECRET", "JEG_PAYPAL_CLIENT_SECRET")


def secrets_of(settings: type[BaseModel]) -> set[str]:
    """Variables of a program that hold a secret, by the types of its settings."""
    return {
        f"JEG_{name.upper()}"
        for name, field in settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }


EVERY: Final = set().union(*(secrets_of(one) for one in SETTINGS.values()))
MADE: Final = {"JEG_DATABASE_URL", "JEG_BROKER_PASSWORD", "JEG_SECRET_KEY"}
"""What the stack itself says to each program."""


def told(program: Program) -> dict[str, str]:
    """The environment of a program, where the caller has every secret there is."""
    where = Where(
        broker_host="127.0.0.1",
        broker_port=1,
        accounts_dir="accounts",
        api_host="127.0.0.1",
        api_port=2,
        api_url="http://127.0.0.1:2",
        public_url="http://127.0.0.1:2",
        devices_file="devices",
        mailbox_dir="mailbox",
        files_dir="files",
    )
    passwords = dict.fromkeys(BROKER_ACCOUNTS, "made")
    secrets = Secrets(database_url="made", secret_key="made", broker_passwords=passwords)
    backing = Backing("made", "127.0.0.1", 1, "", passwords, "accounts", Account("me"))
    caller = {name: f"the caller's {name}" for name in EVERY}
    return dict(Launcher(where, secrets, backing, caller, read_all=False).spec(program).env)


def test_there_are_secrets_to_hold_apart() -> None:
    assert set(PAYMENT) < EVERY
    assert {program.name for program in PROGRAMS} == set(SETTINGS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.name)
def test_a_program_is_told_its_own_secrets_alone(program: Program) -> None:
    found = told(program)
    own = secrets_of(SETTINGS[program.name])
    assert {name for name in EVERY if name in found} <= own
    for name in own - MADE:
        assert found[name] == f"the caller's {name}"
    for name in own & MADE & found.keys():
        assert found[name] == "made"


@pytest.mark.parametrize("name", PAYMENT)
def test_keys_of_payment_services_reach_who_takes_money(name: str) -> None:
    having = {program.name for program in PROGRAMS if name in told(program)}
    assert having == {"api", "jobs"}
    assert having == {program.name for program in PROGRAMS if Need.PAYMENTS in program.needs}
