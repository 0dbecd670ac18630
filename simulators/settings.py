"""Settings of the simulators: environment variables with the prefix `JEG_`."""

import json
import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_EMAIL = "dr.mensah@demo.example"
DEMO_PASSWORD = "jeghealth-demo"  # noqa: S105 - of the demo clinic, refused in production


class Settings(BaseSettings):
    """What the simulators may be told; all of it has a default for the native stack."""

    model_config = SettingsConfigDict(env_prefix="JEG_", extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development", description="`production` refuses the demo clinic's login."
    )
    devices_file: Path = Field(
        default=Path(".jeg/demo/devices.json"),
        description="The demo ward's devices with their keys; the state file lies beside it.",
    )
    broker_host: str = Field(
        default="127.0.0.1",
        description="MQTT broker of the demo ward; neither this nor the port set: that of the"
        " running native stack.",
    )
    broker_port: int = Field(default=1883, ge=1, le=65535, description="Its port.")
    api_url: str = Field(
        default="",
        description="HTTP API for the replay; empty: that of the running native stack.",
    )
    simulate_email: str = Field(
        default=DEMO_EMAIL, description="Login of the replay: a clinician or an administrator."
    )
    simulate_password: SecretStr = Field(
        default=SecretStr(DEMO_PASSWORD), description="Password of that login."
    )
    simulate_history: bool = Field(
        default=True, description="Whether the ward sends its month of history first."
    )
    metrics_port: int | None = Field(
        default=None, description="Serve Prometheus metrics on 127.0.0.1 at this port."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="One line per event, for people or for machines."
    )

    @model_validator(mode="after")
    def _no_demo_login_in_production(self) -> Self:
        default = self.simulate_password.get_secret_value() == DEMO_PASSWORD
        if self.environment == "production" and default:
            message = "JEG_SIMULATE_PASSWORD must be set in production"
            raise ValueError(message)
        return self

    def where_api(self) -> str:
        """URL of the API: as told, else that of the running stack, else the usual one."""
        return self.api_url or str(_record().get("url") or "") or "http://127.0.0.1:8000"

    def where_broker(self) -> tuple[str, int] | None:
        """Host and port of the broker: as told, else of the running stack; None without either."""
        if self.model_fields_set & {"broker_host", "broker_port"}:
            return self.broker_host, self.broker_port
        record = _record()
        if not _alive(record):
            return None
        try:
            return str(record["broker"]["host"]), int(record["broker"]["port"])
        except (KeyError, TypeError, ValueError):
            return None

    def where_devices(self) -> Path:
        """File of the ward's devices: as told, else the one that `jeg up` writes."""
        told = "devices_file" in self.model_fields_set
        return self.devices_file if told else _home() / self.devices_file


def demo_ward_plays(devices: Path) -> bool:
    """Tell whether the running stack plays the devices of this file already."""
    record = _record()
    plays = "simulator" in record.get("programs", {}) and _alive(record)
    return plays and devices.resolve() == (_home() / ".jeg" / "demo" / "devices.json").resolve()


def _home() -> Path:
    return Path(os.environ.get("JEG_HOME") or Path(__file__).resolve().parents[1])


def _record() -> dict[str, Any]:
    """Read what `jeg up` wrote of the stack of this clone; empty when it never ran."""
    try:
        record = json.loads((_home() / ".jeg" / "run" / "stack.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _alive(record: dict[str, Any]) -> bool:
    """Tell whether the supervisor that wrote the record still runs."""
    pid = record.get("pid")
    return isinstance(pid, int) and Path(f"/proc/{pid}").exists()
