"""A report as CSV, row by row, safe to open in a spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from api.health_metrics.report_schemas import ChartData, Report

COLUMNS = (
    *("patient", "metric", "label", "unit", "resolution", "start_local", "start_utc"),
    *("n", "mean", "min", "max", "total", "target_low", "target_high"),
)
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - full-width forms count as well
_ROWS_AT_ONCE = 200
_DECIMALS = 4


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection).

    >>> safe("=1+1"), safe("Ama")
    ("'=1+1", 'Ama')
    """
    return f"'{text}" if text.lstrip(" ")[:1] in _STARTS and text.strip(" ") else text


def lines(report: Report) -> Iterator[str]:
    """The report's hours or days, in pieces of some hundred rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for count, row in enumerate(_rows(report), 1):
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
        if count % _ROWS_AT_ONCE == 0:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _rows(report: Report) -> Iterator[tuple[str | float | None, ...]]:
    zone = ZoneInfo(report.summary.time_zone)
    for chart in report.metrics_chart_data:
        for place, start_ms in enumerate(chart.t):
            start = dt.datetime.fromtimestamp(start_ms / 1000, dt.UTC)
            yield (
                *(report.summary.name, chart.metric, chart.label, chart.unit, chart.resolution),
                *(start.astimezone(zone).isoformat(), start.isoformat()),
                *_values(chart, place),
            )


def _values(chart: ChartData, place: int) -> tuple[float | None, ...]:
    low, high = (chart.target.low, chart.target.high) if chart.target else (None, None)
    total = chart.total[place] if chart.total else None
    values = (chart.mean[place], chart.min[place], chart.max[place], total)
    rounded = (None if one is None else round(one, _DECIMALS) for one in values)
    return (chart.n[place], *rounded, low, high)
