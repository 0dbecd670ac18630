"""Settings of the analytics worker, from the environment (prefix JEG_)."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from analytics.technical import TechnicalSettings


class Settings(BaseSettings):
    """Everything that the worker can be told."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets."
    )
    database_url: SecretStr = Field(description="postgresql:// URL of the database.")
    broker_host: str | None = Field(
        default=None,
        description="Host of the MQTT broker that alarms are published to; none: not published.",
    )
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Port of the MQTT broker.")
    broker_username: str = Field(
        default="jeg-analytics", description="Service account of the worker at the broker."
    )
    broker_password: SecretStr = Field(
        default=SecretStr(""), description="Password of that account."
    )
    late_after_seconds: float = Field(
        default=900,
        gt=0,
        description="A reading received later than this after it was measured never raises a live "
        "alarm; what it shows is kept as a retrospective finding.",
    )
    silence_seconds: float = Field(
        default=120,
        gt=0,
        description="How long a device that was sending regularly may at least be silent before "
        "that is a technical alarm; a device that sends every minute or less often gets five of "
        "its usual gaps.",
    )
    offline_seconds: float = Field(
        default=60,
        ge=0,
        description="How long a device that was sending may be offline, by its status or last "
        "will, before that is a technical alarm.",
    )
    probe_off_seconds: float = Field(
        default=15,
        ge=0,
        description="How long a device must say that its probe is off before that is a technical "
        "alarm.",
    )
    quarantine_readings: int = Field(
        default=100,
        ge=1,
        description="How many readings of one device may be held back, without ten minutes' rest, "
        "before that is a technical alarm.",
    )
    storm_devices: int = Field(
        default=5,
        ge=2,
        description="How many devices of a ward, hospital, gateway or firmware must be away at "
        "once to make one alarm of all of them.",
    )
    storm_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="And which share of those that the group has in use.",
    )
    storm_window_seconds: float = Field(
        default=60, gt=0, description="How far apart the first and the last may have gone away."
    )
    storm_gather_seconds: float = Field(
        default=3,
        ge=0,
        description="How long one silent device waits for others before it makes an alarm.",
    )
    storm_over_share: float = Field(
        default=0.2,
        ge=0,
        lt=1,
        description="The alarm of a group ends when no more than this share of the devices that "
        "went away is left; those make alarms of their own.",
    )
    score_settle_seconds: float = Field(
        default=60,
        ge=0,
        description="How long after the end of an hour its scores are computed, and how long after "
        "late readings those of their hours are corrected.",
    )
    reopen_seconds: float = Field(
        default=300,
        ge=0,
        description="A condition that returns so soon after its alarm was closed opens the same "
        "alarm again, and no new one.",
    )
    engine_batches: int = Field(
        default=32,
        ge=1,
        description="Most committed batches in one run of the engine. More catches up faster, "
        "fewer keeps each transaction short.",
    )
    tick_seconds: float = Field(
        default=1.0,
        gt=0,
        description="How often the clock is looked at: delays that end, devices that fall silent. "
        "Also how often the outbox is looked at when no notification comes.",
    )
    rules_refresh_seconds: float = Field(
        default=5.0, gt=0, description="After how long a changed alarm rule is in force at most."
    )
    metrics_port: int | None = Field(
        default=None, description="Port on 127.0.0.1 for Prometheus; none: not served."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Log lines for people or for machines."
    )

    def technical(self) -> TechnicalSettings:
        """What is set of technical alarms."""
        return TechnicalSettings(
            offline_ms=round(self.offline_seconds * 1000),
            probe_off_ms=round(self.probe_off_seconds * 1000),
            gather_ms=round(self.storm_gather_seconds * 1000),
            quarantine_readings=self.quarantine_readings,
            storm_devices=self.storm_devices,
            storm_share=self.storm_share,
            storm_window_ms=round(self.storm_window_seconds * 1000),
            storm_over_share=self.storm_over_share,
            reopen_ms=round(self.reopen_seconds * 1000),
        )
