"""Settings of the API: environment variables with the prefix `JEG_`, checked before anything runs.

Nothing is connected here: a wrong value ends the program with its name, an absent one does not.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.demo.schemas import DemoLogin
from gateways.address_settings import AddressSettings
from gateways.file_settings import FileSettings
from gateways.licences import NPPES_URL
from gateways.payments.settings import PaymentSettings
from telemetry.clock import MAX_SKEW_MS
from telemetry.clocks import BEHIND_MS, JUMP_MS, Limits
from telemetry.payloads import MAX_PAYLOAD_BYTES
from telemetry.vouchers import DEVELOPMENT_SECRET

MIN_SECRET_CHARACTERS = 32


class Settings(AddressSettings, FileSettings, PaymentSettings, BaseSettings):
    """What the API must be told, and what it may be told."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development",
        description="`production` refuses default secrets.",
    )
    database_url: SecretStr = Field(
        default=SecretStr("postgresql://jeg@127.0.0.1:5432/jeg"),
        description="PostgreSQL with TimescaleDB, as `postgresql://user:password@host:port/name`.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET),
        min_length=MIN_SECRET_CHARACTERS,
        description="Signs access and refresh tokens (HS256) and makes the links, codes and shared "
        "secrets that are not kept; as for jobs. Changing it ends every login, and authenticator "
        "apps are to be set up anew.",
    )
    api_host: str = Field(default="127.0.0.1", description="Address that the API listens on.")
    api_port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        description="Port that the API listens on; 0 takes a free one.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Where browsers and devices find the API."
    )
    api_cors_origins: tuple[str, ...] = Field(
        default=(),
        description="Origins whose pages may call the API, as a JSON list. Empty: only its own.",
    )
    api_trusted_proxies: str = Field(
        default="",
        description="Comma-separated addresses of proxies whose X-Forwarded-For is believed; a "
        "client that is believed can pretend to be many.",
    )
    api_login_attempts: int = Field(
        default=30,
        ge=1,
        description="Logins, registrations, codes and key checks, of each, that one address may "
        "try per minute.",
    )
    api_address_requests: int = Field(
        default=12_000,
        ge=0,
        description="Requests that one address may make per minute, without those of devices that "
        "send data; 0: any number.",
    )
    api_user_requests: int = Field(
        default=1_200,
        ge=0,
        description="Requests that one user may make per minute; 0: any number.",
    )
    api_costly_requests: int = Field(
        default=30,
        ge=0,
        description="Reports, what-if runs, imports and exports that one user may ask for per "
        "minute, of each; 0: any number.",
    )
    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="Redis where several processes of the API count requests together, as "
        "`redis://:password@host:6379/0`; empty: each counts for itself.",
    )
    api_max_body_bytes: int = Field(
        default=1_048_576, ge=1024, description="Largest request body that is read."
    )
    import_bytes: int = Field(
        default=2 * 1024**3,
        ge=1024,
        description="Largest file of readings that may be sent; it waits in the database.",
    )
    payload_bytes: int = Field(
        default=MAX_PAYLOAD_BYTES,
        ge=1_024,
        description="Largest message of a device that is looked at; as for ingest.",
    )
    skew_ms: int = Field(
        default=MAX_SKEW_MS,
        ge=0,
        description="How far ahead of receipt a reading's time may lie; as for ingest.",
    )
    clock_jump_ms: int = Field(
        default=JUMP_MS, ge=1_000, description="What is no jump of a clock yet; as for ingest."
    )
    clock_behind_ms: int = Field(
        default=BEHIND_MS,
        ge=0,
        description="How far behind a clock may be from its start; as for ingest.",
    )
    rate_per_second: float = Field(
        default=50,
        ge=0,
        description="Messages a second that one device may go on sending to this process; 0: any.",
    )
    rate_burst: int = Field(
        default=500, ge=1, description="Messages that a device may send at once beyond that rate."
    )
    api_pool_size: int = Field(
        default=10, ge=1, description="Database connections at most to read, and as many to write."
    )
    api_static_dir: Path = Field(
        default=Path(__file__).with_name("static"), description="Folder of the built web pages."
    )
    access_token_minutes: int = Field(
        default=15, ge=1, le=1440, description="Life of an access token."
    )
    refresh_token_days: int = Field(
        default=14, ge=1, le=365, description="Life of a refresh token, renewed at each use."
    )
    panel_idle_minutes: int = Field(
        default=15,
        ge=1,
        le=240,
        description="A session of the admin panel ends when it is not used for so long.",
    )
    panel_hours: int = Field(default=8, ge=1, le=24, description="And after so long in any case.")
    second_factor_roles: frozenset[str] = Field(
        default=frozenset(),
        description="Roles that need a second factor, as a JSON list; without one their holders "
        "reach nothing but their own account.",
    )
    account_failures: int = Field(
        default=5,
        ge=1,
        description="Wrong passwords and codes for one account before it is locked, for 30 s and "
        "then twice as long each time, an hour at most.",
    )
    address_failures: int = Field(
        default=50, ge=1, description="The same from one address, for whichever accounts."
    )
    key_grace_hours: float = Field(
        default=24,
        ge=0,
        le=24 * 90,
        description="How long a device's old key stays good after a rotation.",
    )
    broker_host: str = Field(default="127.0.0.1", description="Host of the MQTT broker.")
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Port of the MQTT broker.")
    broker_username: str = Field(
        default="jeg-api", description="Service account of the API at the broker."
    )
    broker_password: SecretStr | None = Field(
        default=None,
        description="Password of that account; none: nothing can be sent to devices.",
    )
    device_broker_host: str = Field(
        default="",
        description="The MQTT broker as devices reach it, told at registration; empty: as the "
        "API does.",
    )
    device_broker_port: int = Field(
        default=0, ge=0, le=65535, description="Its port as devices reach it; 0: as the API does."
    )
    broker_accounts_dir: Path = Field(
        default=Path(".jeg/broker/accounts"),
        description="Folder where the broker looks up which device may connect with which key.",
    )
    demo_logins: tuple[DemoLogin, ...] = Field(
        default=(),
        description="Logins that the log-in page offers, as a JSON list of objects with email, "
        "password and role. Refused in production.",
    )
    mailbox_dir: Path = Field(
        default=Path(".jeg/mailbox"),
        description="Folder of messages that no service is set for, shown at /dev/mailbox in "
        "development; as for jobs.",
    )
    licences_via: Literal["local", "nppes"] = Field(
        default="local",
        description="How providers' licences are checked; local: form and check digit of the NPI; "
        "nppes: the public register is asked, too.",
    )
    licences_url: str = Field(default=NPPES_URL, description="The register's HTTP interface.")
    appointment_file_bytes: int = Field(
        default=20 * 2**20, ge=1024, description="Largest document of an appointment."
    )
    video_room_url: str = Field(
        default="https://meet.jit.si/jeghealth-{room}",
        pattern=r"^https?://[^{}]*\{room\}[^{}]*$",
        description="Where people meet for a video call; `{room}` becomes a name that nobody can "
        "guess. Better one's own service than a public one.",
    )
    waiting_list_hold_minutes: int = Field(
        default=60,
        ge=15,
        le=1440,
        description="How long a time that came free is kept for the one who waits; as for jobs.",
    )
    vapid_public_key: str = Field(
        default="",
        description="Public half of `jeg push-keys`, told to browsers; empty: no pushes to them.",
    )
    gemini_api_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key of Google's Gemini, which then answers for Dr. Jeg; empty: the local "
        "assistant does, and nothing leaves this system.",
    )
    gemini_model: str = Field(
        default="gemini-2.5-flash", description="Model of Gemini that is asked."
    )
    gemini_url: str = Field(
        default="", description="Where Gemini is reached, if not at Google; empty: at Google."
    )
    assistant_seconds: float = Field(
        default=40.0, gt=0, le=300, description="Longest time that one answer of a model may take."
    )
    assistant_at_once: int = Field(
        default=8,
        ge=1,
        description="Answers of a model that this process waits for at once; beyond them the local "
        "assistant answers.",
    )
    assistant_tokens_per_day: int = Field(
        default=200_000, ge=0, description="Tokens of a model that one user may use in a UTC day."
    )
    assistant_tokens_per_month: int = Field(
        default=2_000_000,
        ge=0,
        description="Tokens of a model that one user may use in a month (UTC).",
    )
    country: str = Field(
        default="",
        pattern="^([A-Z]{2})?$",
        description="Country (ISO 3166-1 alpha-2) of users whose telephone number names none: "
        "which emergency number they are told.",
    )
    emergency_number: str = Field(
        default="112",
        pattern="^[0-9]{2,6}$",
        description="Emergency number where that of a user's country is not known.",
    )
    metrics_port: int | None = Field(
        default=None, description="Serve Prometheus metrics on 127.0.0.1 at this port."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="One line per event, for people or for machines."
    )

    def clock_limits(self) -> Limits:
        """What is tolerated of devices' clocks."""
        return Limits(self.skew_ms, self.clock_jump_ms, self.clock_behind_ms)

    @model_validator(mode="after")
    def _no_default_secrets_in_production(self) -> Self:
        default = self.secret_key.get_secret_value() == DEVELOPMENT_SECRET
        if self.environment == "production" and default:
            message = "JEG_SECRET_KEY must be set in production"
            raise ValueError(message)
        if self.environment == "production" and self.demo_logins:
            message = "JEG_DEMO_LOGINS must not be set in production"
            raise ValueError(message)
        return self
