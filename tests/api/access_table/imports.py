"""Files of readings."""

from typing import Final

from tests.api.access_table.rows import (
    LISTS,
    MISSING,
    PATIENT,
    SEES,
    WRITE,
    Row,
)

_MINE = {"patient": "{patient_id}"}
ROWS: Final = (
    Row(
        "POST",
        "/api/health-metrics/imports/",
        WRITE,
        SEES,
        query=_MINE,
        ok=(415, 422, 400),
        audited=PATIENT,
    ),
    Row(
        "GET",
        "/api/health-metrics/imports/{import_id}/report/",
        WRITE,
        LISTS,
        ok=MISSING,
    ),
)
