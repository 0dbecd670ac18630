"""Shapes of the health checks."""

from typing import Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"
    warnings: list[Literal["assistant_refused"]] = Field(
        default=[],
        description="What somebody should look at though requests are served: "
        "`assistant_refused`, the model's service does not take our key or requests.",
    )
