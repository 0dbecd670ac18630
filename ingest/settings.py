"""Settings of the ingest worker, from the environment (prefix JEG_)."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from telemetry.clock import MAX_SKEW_MS
from telemetry.clocks import BEHIND_MS, JUMP_MS, Limits
from telemetry.payloads import MAX_PAYLOAD_BYTES


class Settings(BaseSettings):
    """Everything that the worker can be told."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets."
    )
    database_url: SecretStr = Field(description="postgresql:// URL of the database.")
    broker_host: str = Field(default="127.0.0.1", description="Host of the MQTT broker.")
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Port of the MQTT broker.")
    broker_username: str = Field(
        default="jeg-ingest", description="Service account of the worker at the broker."
    )
    broker_password: SecretStr = Field(description="Password of that account.")
    partition_groups: Annotated[Literal[1, 2, 4, 8, 16], BeforeValidator(int)] = Field(
        default=1,
        description="Into how many MQTT sessions the sixteen partitions are grouped; workers "
        "share the groups.",
    )
    receive_maximum: int = Field(
        default=10_000,
        ge=20,
        le=65_535,
        description="Messages that the broker may have under way to the worker, per session. "
        "More hides longer commits and costs memory while the database is away.",
    )
    linger_ms: int = Field(
        default=8,
        ge=0,
        le=1_000,
        description="How long the first message of a batch waits for company while there is "
        "little to do. More saves transactions, less saves delay.",
    )
    linger_most_ms: int = Field(
        default=150,
        ge=0,
        le=1_000,
        description="The same after a full batch; in between it is in between.",
    )
    batch_messages: int = Field(
        default=5_000, ge=1, description="Most messages in one transaction."
    )
    batch_readings: int = Field(
        default=35_000,
        ge=1,
        description="About how many readings in one transaction at the most, where messages carry "
        "many: the next batch is judged while one is being committed.",
    )
    payload_bytes: int = Field(
        default=MAX_PAYLOAD_BYTES, ge=1_024, description="Largest payload that is looked at."
    )
    skew_ms: int = Field(
        default=MAX_SKEW_MS,
        ge=0,
        description="How far ahead of receipt a reading's time may lie before it is quarantined.",
    )
    clock_jump_ms: int = Field(
        default=JUMP_MS,
        ge=1_000,
        description="How far a device's clock may step, or disagree with receipt, without being "
        "taken to have jumped.",
    )
    clock_behind_ms: int = Field(
        default=BEHIND_MS,
        ge=0,
        description="How far behind receipt a device's clock may be from its start, queueing "
        "apart; beyond it messages are quarantined unless they are backlog. 0: any far.",
    )
    rate_per_second: float = Field(
        default=50,
        ge=0,
        description="Messages a second that one device may go on sending; what is beyond is not "
        "accounted and has to be sent again. 0: no limit.",
    )
    rate_burst: int = Field(
        default=500, ge=1, description="Messages that a device may send at once beyond that rate."
    )
    metrics_port: int | None = Field(
        default=None, description="Port on 127.0.0.1 for Prometheus; none: not served."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Log lines for people or for machines."
    )

    def clock_limits(self) -> Limits:
        """What is tolerated of devices' clocks."""
        return Limits(self.skew_ms, self.clock_jump_ms, self.clock_behind_ms)
