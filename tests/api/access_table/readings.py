"""Readings and reports."""

from typing import Final

from tests.api.access_table.rows import (
    LOOKED_AFTER,
    PATIENT,
    SEES,
    VIEW,
    WRITE,
    Row,
)

_MINE = {"patient": "{patient_id}"}
ROWS: Final = (
    Row("GET", "/api/health-metrics/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/latest/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row(
        "GET",
        "/api/health-metrics/trend/",
        VIEW,
        SEES,
        query={**_MINE, "metric": "heart_rate"},
        audited=PATIENT,
    ),
    Row("GET", "/api/health-metrics/dashboard/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/report/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/goals/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row(
        "PUT",
        "/api/health-metrics/goals/",
        VIEW,
        SEES,
        query=_MINE,
        body={"goals": []},
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/health-metrics/",
        WRITE,
        SEES,
        query=_MINE,
        body={"metric_type": "heart_rate", "value": 70},
        audited=PATIENT,
    ),
    Row("GET", "/api/health-metrics/{reading_id}/", VIEW, SEES, audited=PATIENT),
    Row(
        "PUT",
        "/api/health-metrics/{reading_id}/",
        WRITE,
        LOOKED_AFTER,
        body={"metric_type": "heart_rate", "value": 71},
        audited=PATIENT,
    ),
    Row("DELETE", "/api/health-metrics/{reading_id}/", WRITE, LOOKED_AFTER, audited=PATIENT),
)
