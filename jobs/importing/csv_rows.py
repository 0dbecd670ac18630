"""Rows of a CSV file: one reading a row, or one column for each metric.

    metric,value,unit,time,source          time;heart_rate;body_weight (lb)
    heart_rate,72,/min,2026-03-04T05:06Z   04.03.2026 is no time: ISO 8601 is

Comma, semicolon or tab, whichever the first line has most of; where it is not the comma, a comma
is the decimal point. Held in memory is one line, of 64 KiB at most.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final
from zoneinfo import ZoneInfo

from jobs.importing.rows import Row, UnusableRowError, instant, source_name
from jobs.work import Failure
from telemetry.errors import Reason
from telemetry.metrics import METRICS_BY_NAME
from telemetry.samples import Sample, Time

LONGEST_LINE: Final = 65_536
DEFAULT_SOURCE: Final = "CSV"
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "metric": ("metric", "metric_type", "type", "name"),
    "value": ("value",),
    "systolic": ("systolic", "systolic_value"),
    "diastolic": ("diastolic", "diastolic_value"),
    "unit": ("unit", "units"),
    "time": ("time", "recorded_at", "timestamp", "measured_at", "date", "datetime"),
    "source": ("source", "source_name", "device"),
}
"""Column -> what it may be called in the first line, in any case, with spaces for underscores."""
_WITH_UNIT: Final = re.compile(r"(.+?)\s*[(\[]\s*([^)\]]+(?:\[[^\]]*\])?)\s*[)\]]\s*")
_PRESSURES: Final = {
    "systolic": "blood_pressure_systolic",
    "diastolic": "blood_pressure_diastolic",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is known of a file beside its text.

    Attributes:
        columns: Column of ours -> what the first line calls it.
        metric: Of every row, where no column says.
        unit: Likewise.
        zone: Of times without an offset; none: they are refused.

    """

    columns: Mapping[str, str] = field(default_factory=dict)
    metric: str | None = None
    unit: str | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what is: ours -> index; and of a wide file (index, metric, unit)."""

    width: int
    at: Mapping[str, int]
    wide: Sequence[tuple[int, str, str | None]]
    decimal_comma: bool
    options: Options

    def get(self, row: Sequence[str], column: str) -> str:
        index = self.at.get(column)
        return "" if index is None or index >= len(row) else row[index].strip()


def read(file: BinaryIO, options: Options) -> Iterator[Row]:
    """Read rows, counted from 1 without the first line; empty lines are left out.

    Raises:
        Failure: when the file is not CSV, or its first line does not say where what is.
    """
    lines = text_lines(file)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    try:
        header = next(csv.reader([first], delimiter=delimiter, strict=True), [])
        layout = _layout(header, options, decimal_comma=delimiter != ",")
        number = 0
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            yield _row(number, cells, layout)
    except csv.Error as error:
        message = "the file is not CSV: a quote or a line does not end"
        raise Failure(message) from error


def text_lines(file: BinaryIO) -> Iterator[str]:
    """Lines as text.

    Raises:
        Failure: when one is too long, or is no UTF-8.
    """
    reader = io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file
    start = True
    while line := reader.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            message = "a line is longer than 64 KiB: this is not CSV"
            raise Failure(message)
        try:
            yield line.decode("utf-8-sig" if start else "utf-8")
        except UnicodeDecodeError as error:
            message = "the file is not text in UTF-8"
            raise Failure(message) from error
        start = False


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().split())


def _layout(header: Sequence[str], options: Options, *, decimal_comma: bool) -> _Layout:
    """Find the columns.

    Raises:
        Failure: when one that is needed is missing; the message names ours.
    """
    names = {_plain(name): index for index, name in reversed(list(enumerate(header)))}
    at: dict[str, int] = {}
    for ours, known in NAMES.items():
        asked = options.columns.get(ours)
        found = [names[name] for name in ((_plain(asked),) if asked else known) if name in names]
        if asked and not found:
            message = f"the first line has no column of the name given for {ours}"
            raise Failure(message)
        if found:
            at[ours] = found[0]
    if "time" not in at:
        message = "the first line has no column for the time: call one `time`, or name it"
        raise Failure(message)
    layout = _Layout(len(header), at, _wide(header), decimal_comma, options)
    narrow = {"value", "systolic", "diastolic"} & at.keys()
    if narrow:
        if "value" not in at or "metric" in at or options.metric:
            return replace(layout, wide=())
        message = "nothing says which metric: a column `metric`, or one metric for all rows"
        raise Failure(message)
    if not layout.wide:
        message = "the first line has no column `value` and none that is called like a metric"
        raise Failure(message)
    return layout


def _wide(header: Sequence[str]) -> list[tuple[int, str, str | None]]:
    found = []
    for index, name in enumerate(header):
        split = _WITH_UNIT.fullmatch(name)
        metric = METRICS_BY_NAME.get(_plain(split[1] if split else name))
        if metric is not None:
            found.append((index, metric.code, split[2] if split else None))
    return found


def _row(number: int, cells: Sequence[str], layout: _Layout) -> Row:
    source = source_name(layout.get(cells, "source"), DEFAULT_SOURCE)
    if any(cell.strip() for cell in cells[layout.width :]):
        # As where a comma is both decimal point and delimiter: `36,6` is not to be 36.
        return Row(number, source, problem="too_many_values")
    try:
        time = instant(layout.get(cells, "time"), layout.options.zone)
        return Row(number, source, _samples(cells, layout, time))
    except UnusableRowError as error:
        return Row(number, source, problem=str(error))


def _samples(cells: Sequence[str], layout: _Layout, time: Time) -> list[Sample]:
    if layout.wide:
        given = [
            (metric, cells[index], unit)
            for index, metric, unit in layout.wide
            if index < len(cells) and cells[index].strip()
        ]
    else:
        unit = layout.get(cells, "unit") or layout.options.unit
        metric = _plain(layout.get(cells, "metric") or layout.options.metric or "")
        value = layout.get(cells, "value")
        given = [(metric, value, unit)] if value else []
        given += [
            (code, layout.get(cells, column), unit)
            for column, code in _PRESSURES.items()
            if layout.get(cells, column)
        ]
    if not given:
        reason = "value_missing"
        raise UnusableRowError(reason)
    return [Sample(code, _number(text, layout), t=time, u=unit) for code, text, unit in given]


def _number(text: str, layout: _Layout) -> float:
    if layout.decimal_comma:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError as error:
        raise UnusableRowError(Reason.NOT_A_NUMBER) from error
