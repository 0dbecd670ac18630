"""What belongs to nobody."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    ADMINS,
    ANYBODY,
    MISSING,
    OPEN,
    Row,
)

ROWS: Final = (
    Row("GET", "/api/dead-jobs/", ("jobs.repair",), ADMINS),
    Row(
        "POST",
        "/api/dead-jobs/{job_id}/retry/",
        ("jobs.repair",),
        ADMINS,
        ok=(404, 422),
        audited=ACTOR,
    ),
    Row("GET", "/api/subscribers/", ("notifications.manage",), ADMINS),
    Row("POST", "/api/subscribers/", ("notifications.manage",), ADMINS, body={}, ok=(422,)),
    Row(
        "DELETE",
        "/api/subscribers/{subscriber_id}/",
        ("notifications.manage",),
        ADMINS,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row("GET", "/api/demo/", OPEN, ANYBODY, ok=(200, 404)),
    Row("GET", "/api/docs/", OPEN, ANYBODY),
    Row("GET", "/api/openapi.json", OPEN, ANYBODY),
)
