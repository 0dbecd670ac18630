"""Settings of the background worker, from the environment (prefix JEG_)."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateways.file_settings import FileSettings
from gateways.payments.settings import PaymentSettings
from jobs.outlet_settings import OutletSettings
from telemetry.vouchers import DEVELOPMENT_SECRET


class Settings(OutletSettings, PaymentSettings, FileSettings, BaseSettings):
    """Everything that the worker can be told."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets."
    )
    database_url: SecretStr = Field(description="postgresql:// URL of the database.")
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET),
        description="The API's: makes the links and codes of messages about accounts.",
    )
    broker_accounts_dir: Path | None = Field(
        default=None,
        description="Folder where the broker looks up which device may connect with which key; "
        "none: the broker's accounts are somebody else's.",
    )
    broker_host: str | None = Field(
        default=None, description="Host of the MQTT broker, for the canary; none: no canary."
    )
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Port of the MQTT broker.")
    broker_username: str = Field(
        default="jeg-jobs", description="Service account of the worker at the broker."
    )
    broker_password: SecretStr = Field(
        default=SecretStr(""), description="Password of that account."
    )
    api_url: str | None = Field(
        default=None,
        description="Where the canary opens the event stream; none: it does not try the stream.",
    )
    canary_minutes: int = Field(
        default=5,
        ge=0,
        le=59,
        description="How often the canary's desaturation is sent through every channel; 0: never.",
    )
    canary_seconds: float = Field(
        default=10,
        gt=0,
        le=60,
        description="In what time its alarm must come out of each of them.",
    )
    jobs_concurrency: int = Field(
        default=4,
        ge=1,
        le=64,
        description="How many jobs run at the same time, beside those that send messages.",
    )
    waiting_list_hold_minutes: int = Field(
        default=60,
        ge=15,
        le=1440,
        description="How long a time that came free is kept for the one who waits; the API's.",
    )
    rollup_batch_hours: int = Field(
        default=200,
        ge=1,
        description="Most hours of series in one transaction of the rollups. At 1 Hz each has "
        "3,600 readings.",
    )
    dead_letter_days: int = Field(
        default=30, ge=1, description="How long refused messages are kept."
    )
    uncalled_alarm_days: int = Field(
        default=7,
        ge=1,
        description="How long conditions are kept that ended within their delay.",
    )
    closed_alarm_days: int | None = Field(
        default=None, ge=1, description="How long closed alarms are kept; none: for ever."
    )
    rollup_minute_days: int = Field(
        default=90, ge=2, description="How long rollups of a minute are kept."
    )
    rollup_hour_days: int | None = Field(
        default=None, ge=2, description="The same of an hour; none: for ever."
    )
    rollup_day_days: int | None = Field(
        default=None, ge=2, description="The same of a day; none: for ever."
    )
    audit_days: int | None = Field(
        default=None,
        ge=180,
        description="How long records of the audit log are kept; none: for ever. Laws ask for six "
        "years and more. The chain begins later then, and says so.",
    )
    conversation_days: int | None = Field(
        default=None,
        ge=1,
        description="How long a conversation with the assistant is kept after its last message; "
        "none: until its owner deletes it.",
    )
    appointment_days: int | None = Field(
        default=None,
        ge=30,
        description="How long appointments are kept once they are over, with their documents; "
        "none: for ever.",
    )
    document_days: int | None = Field(
        default=None,
        ge=1,
        description="How long documents of appointments are kept after the day of the appointment; "
        "none: as long as the appointment.",
    )
    vitals_days: int | None = Field(
        default=None,
        ge=2,
        description="How long readings are kept; none: for ever. Their rollups stay, and later "
        "readings of so long ago are left out of them.",
    )
    score_days: int | None = Field(
        default=None, ge=2, description="How long the course of scores is kept; none: for ever."
    )
    refresh_token_days: int = Field(
        default=7,
        ge=0,
        description="How long refresh tokens, sessions and what proves addresses are kept after "
        "they ran out.",
    )
    command_days: int = Field(
        default=90, ge=1, description="How long commands to devices are kept, with their answers."
    )
    background_job_days: int = Field(
        default=14,
        ge=1,
        description="How long work that somebody asked for is kept, with what it came to.",
    )
    export_days: int = Field(
        default=7,
        ge=1,
        description="How long an export of everything of a person may be fetched; then its file is "
        "deleted.",
    )
    dask_scheduler: str | None = Field(
        default=None,
        description="Address of a Dask scheduler, such as tcp://10.0.0.5:8786, for what is asked "
        "about whole hospitals; its workers need JEG_DATABASE_URL. None: a process for each core "
        "of this machine, for as long as it takes.",
    )
    failed_job_days: int = Field(default=14, ge=1, description="How long failed jobs are kept.")
    metrics_port: int | None = Field(
        default=None, description="Port on 127.0.0.1 for Prometheus; none: not served."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Log lines for people or for machines."
    )

    @model_validator(mode="after")
    def _no_default_secrets_in_production(self) -> Self:
        default = self.secret_key.get_secret_value() == DEVELOPMENT_SECRET
        if self.environment == "production" and default:
            message = "JEG_SECRET_KEY must be set in production"
            raise ValueError(message)
        return self
