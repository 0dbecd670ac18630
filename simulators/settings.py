"""Settings of the simulators: environment variables with the prefix `JEG_`."""

import json
import os
from pathlib import Path
from typing import Literal, Self

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
    broker_host: str = Field(default="127.0.0.1", description="MQTT broker of the demo ward.")
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
        return self.api_url or _running_stack_url() or "http://127.0.0.1:8000"


def _running_stack_url() -> str:
    """Read the URL that `jeg up` wrote for this clone; empty when it never ran."""
    root = Path(os.environ.get("JEG_HOME") or Path(__file__).resolve().parents[1])
    try:
        record = json.loads((root / ".jeg" / "run" / "stack.json").read_text(encoding="utf-8"))
        return str(record["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
