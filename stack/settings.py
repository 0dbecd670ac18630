"""Settings of the `jeg` command: environment variables, or lines of `.env` in the clone."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from stack.programs import DEFAULT_API_PORT
from stack.services.mosquitto import DEFAULT_PORT as BROKER_PORT
from stack.services.postgres import DEFAULT_PORT as DATABASE_PORT


class StackSettings(BaseSettings):
    """What `jeg up` may be told. Every other `JEG_` variable is handed to the programs as it is."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development",
        description="`production` refuses default secrets and the demo clinic.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="One line per event, for people or for machines."
    )
    listen: Literal["127.0.0.1", "0.0.0.0"] = Field(  # noqa: S104  # only when it is asked for
        default="127.0.0.1",
        description="`0.0.0.0` opens the API and the private Mosquitto to other machines; name this"
        " one in `JEG_PUBLIC_URL`. Both speak without TLS: a private network only.",
    )
    api_host: str = Field(
        default="", description="Address that the API listens on; empty: that of `JEG_LISTEN`."
    )
    api_port: int = Field(
        default=DEFAULT_API_PORT,
        ge=1,
        le=65535,
        description="Port that the API listens on; the next free one is taken when it is not.",
    )
    public_url: str = Field(
        default="", description="Where browsers and devices find the API; empty: host and port."
    )
    private_database_port: int = Field(
        default=DATABASE_PORT,
        ge=1,
        le=65535,
        description="Wanted port of the private PostgreSQL; kept once chosen.",
    )
    private_broker_port: int = Field(
        default=BROKER_PORT,
        ge=1,
        le=65535,
        description="Wanted port of the private Mosquitto; kept once chosen.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL with TimescaleDB to use with `--services external`.",
    )
    broker_host: str | None = Field(
        default=None, description="MQTT broker to use with `--services external`."
    )
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Port of that broker.")
    broker_username: str = Field(
        default="", description="Account of the programs at that broker; empty: one each."
    )
    broker_password: SecretStr = Field(
        default=SecretStr(""), description="Password of that account."
    )
    broker_accounts_dir: str = Field(
        default="", description="Folder where that broker looks device accounts up."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs access and refresh tokens; empty: made once and kept in `.jeg/env`.",
    )
    start_timeout_s: float = Field(
        default=90.0, gt=0, description="How long `jeg up` waits for every program to be ready."
    )
