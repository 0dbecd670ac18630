"""The programs of JEGHealth and what each is told: the one place that says so.

The native stack starts programs from this table; docker-compose.yml is held equal to it by a test.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Need(enum.Enum):
    """Something that a program is told about through its environment."""

    DATABASE = enum.auto()
    BROKER = enum.auto()
    """Connects to the broker with a service account of its own."""
    BROKER_ADDRESS = enum.auto()
    """Knows where the broker is, and logs in as devices or not at all."""
    ACCOUNTS = enum.auto()
    """Writes the device accounts that the broker reads."""
    SECRET_KEY = enum.auto()
    API = enum.auto()
    """Calls the HTTP API."""
    HTTP = enum.auto()
    """Serves HTTP."""
    MAILBOX = enum.auto()
    """Writes or shows the messages that no service is set for."""
    FILES = enum.auto()
    """Keeps people's pictures and documents."""
    OUTLETS = enum.auto()
    """Sends messages, with the caller's accounts at the services that carry them."""
    PAYMENTS = enum.auto()
    """Takes money or sends it back, with the caller's accounts at those who carry it."""
    DEVICES = enum.auto()
    """Reads or writes the demo clinic's devices and their keys."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program: how it is started and what it is told."""

    name: str
    module: str
    purpose: str
    needs: frozenset[Need]
    broker_account: str = ""
    metrics_port: int = 0
    """Preferred port of its Prometheus page; 0 for a command that runs once.

    Below the ports that the kernel lends to outgoing connections (32768 to 60999 on Linux): one of
    those on it, and the program could not start until it ended.
    """
    stage: int = 0
    """Lower stages start first and stop last."""

    @property
    def command(self) -> tuple[str, ...]:
        """Arguments of the Python interpreter that start it."""
        return ("-m", self.module)


MIGRATE = Program(
    "migrate",
    "storage.migrate",
    "brings the database to the newest schema",
    frozenset({Need.DATABASE}),
)
DEMO = Program(
    "demo",
    "stack.demo",
    "loads the demo clinic; what is there stays",
    frozenset({Need.DATABASE, Need.ACCOUNTS, Need.DEVICES}),
)
ONE_SHOTS = (MIGRATE, DEMO)

INGEST = Program(
    "ingest",
    "ingest",
    "stores what devices publish",
    frozenset({Need.DATABASE, Need.BROKER}),
    broker_account="jeg-ingest",
    metrics_port=29101,
    stage=2,
)
ANALYTICS = Program(
    "analytics",
    "analytics",
    "scores what was stored and raises alarms",
    frozenset({Need.DATABASE, Need.BROKER}),
    broker_account="jeg-analytics",
    metrics_port=29102,
    stage=2,
)
JOBS = Program(
    "jobs",
    "jobs",
    "background work",
    frozenset(
        {
            *(Need.DATABASE, Need.ACCOUNTS, Need.BROKER, Need.API, Need.MAILBOX, Need.OUTLETS),
            *(Need.PAYMENTS, Need.SECRET_KEY, Need.FILES),
        }
    ),
    broker_account="jeg-jobs",
    metrics_port=29103,
    stage=2,
)
API = Program(
    "api",
    "api",
    "HTTP API and web pages",
    frozenset(
        {
            *(Need.DATABASE, Need.BROKER, Need.ACCOUNTS, Need.SECRET_KEY, Need.HTTP, Need.MAILBOX),
            Need.FILES,
            Need.PAYMENTS,
        }
    ),
    broker_account="jeg-api",
    metrics_port=29104,
    stage=2,
)
SIMULATOR = Program(
    "simulator",
    "simulators",
    "plays the demo clinic's devices",
    frozenset({Need.BROKER_ADDRESS, Need.API, Need.DEVICES}),
    metrics_port=29105,
    stage=3,
)
PROGRAMS = (INGEST, ANALYTICS, JOBS, API, SIMULATOR)
BROKER_ACCOUNTS = tuple(p.broker_account for p in PROGRAMS if p.broker_account)

DEFAULT_API_PORT = 8000
CALLER_SECRETS: Mapping[Need, frozenset[str]] = {
    Need.OUTLETS: frozenset(
        {
            "JEG_SMTP_PASSWORD",
            "JEG_SENDGRID_API_KEY",
            "JEG_TWILIO_AUTH_TOKEN",
            "JEG_VAPID_PRIVATE_KEY",
        }
    ),
    Need.FILES: frozenset({"JEG_S3_SECRET_ACCESS_KEY"}),
    Need.PAYMENTS: frozenset(
        {"JEG_STRIPE_SECRET_KEY", "JEG_STRIPE_WEBHOOK_SECRET", "JEG_PAYPAL_CLIENT_SECRET"}
    ),
    Need.HTTP: frozenset({"JEG_GEMINI_API_KEY", "JEG_REDIS_URL"}),
    Need.DEVICES: frozenset({"JEG_SIMULATE_PASSWORD"}),
}
"""Of the caller's environment, by what a program needs; the others are not told."""


@dataclass(frozen=True, slots=True)
class Where:
    """Addresses and folders of one stack; nothing in it is secret."""

    broker_host: str
    broker_port: int
    accounts_dir: str
    api_host: str
    api_port: int
    api_url: str
    """Where programs reach the API."""
    public_url: str
    """Where people and devices reach it."""
    devices_file: str
    mailbox_dir: str
    files_dir: str
    metrics_ports: Mapping[str, int] = field(
        default_factory=lambda: {program.name: program.metrics_port for program in PROGRAMS}
    )
    environment: str = "development"
    log_format: str = "console"
    device_broker_host: str = ""
    device_broker_port: int = 0
    """The broker as devices reach it, where that differs from how programs do."""
    demo_logins: str = ""
    """Accounts that the log-in page offers, as a JSON list; empty without the demo clinic."""
    broker_username: str = ""
    """One account for every program, where the broker is somebody else's; else each has its own."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the programs that need it are told."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    broker_passwords: Mapping[str, str] = field(repr=False)
    """Program's service account -> password."""


def environment(program: Program, where: Where) -> dict[str, str]:
    """Return the environment of a program, without its secrets."""
    told = {"JEG_ENVIRONMENT": where.environment, "JEG_LOG_FORMAT": where.log_format}
    if program.name in where.metrics_ports:
        told["JEG_METRICS_PORT"] = str(where.metrics_ports[program.name])
    if program.needs & {Need.BROKER, Need.BROKER_ADDRESS, Need.HTTP}:
        told |= {
            "JEG_BROKER_HOST": where.broker_host,
            "JEG_BROKER_PORT": str(where.broker_port),
        }
    if Need.HTTP in program.needs and where.device_broker_host:
        # The API passes the broker's address on to those who register devices.
        told |= {
            "JEG_DEVICE_BROKER_HOST": where.device_broker_host,
            "JEG_DEVICE_BROKER_PORT": str(where.device_broker_port),
        }
    if Need.BROKER in program.needs:
        told["JEG_BROKER_USERNAME"] = where.broker_username or program.broker_account
    if Need.ACCOUNTS in program.needs:
        told["JEG_BROKER_ACCOUNTS_DIR"] = where.accounts_dir
    if Need.HTTP in program.needs:
        told |= {
            "JEG_API_HOST": where.api_host,
            "JEG_API_PORT": str(where.api_port),
        }
        if where.demo_logins:
            told["JEG_DEMO_LOGINS"] = where.demo_logins
    plain = {
        Need.API: {"JEG_API_URL": where.api_url},
        Need.MAILBOX: {"JEG_MAILBOX_DIR": where.mailbox_dir, "JEG_PUBLIC_URL": where.public_url},
        Need.DEVICES: {"JEG_DEVICES_FILE": where.devices_file},
        Need.FILES: {"JEG_FILES": where.files_dir},
    }
    for need in program.needs & plain.keys():
        told |= plain[need]
    return told


def secret_environment(program: Program, secrets: Secrets) -> dict[str, str]:
    """Return the secrets of a program as environment variables."""
    told: dict[str, str] = {}
    if Need.DATABASE in program.needs:
        told["JEG_DATABASE_URL"] = secrets.database_url
    if Need.BROKER in program.needs:
        told["JEG_BROKER_PASSWORD"] = secrets.broker_passwords[program.broker_account]
    if Need.SECRET_KEY in program.needs:
        told["JEG_SECRET_KEY"] = secrets.secret_key
    return told
