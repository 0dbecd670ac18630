"""Files of readings as people bring them, and what is read of them."""

import datetime as dt
import io
import zipfile
from typing import Any
from xml.sax.saxutils import quoteattr

from jobs.importing import csv_rows
from jobs.importing.csv_rows import Options
from jobs.importing.rows import Row

AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
AT_MS = 1_772_600_767_000


def csv_of(text: str, **options: Any) -> list[Row]:
    return list(csv_rows.read(io.BytesIO(text.encode()), Options(**options)))


def told(row: Row) -> list[tuple[Any, ...]] | str:
    return row.problem or [(one.c, one.v, one.t, one.u) for one in row.samples]


def record(kind: str, value: object, unit: str, at: dt.datetime = AT, **more: str) -> str:
    fields = {
        "type": f"HKQuantityTypeIdentifier{kind}",
        "sourceName": "Ama\u2019s Watch",
        "unit": unit,
        "startDate": at.strftime("%Y-%m-%d %H:%M:%S %z"),
        "endDate": at.strftime("%Y-%m-%d %H:%M:%S %z"),
        "value": str(value),
    } | more
    return "<Record " + " ".join(f"{n}={quoteattr(v)}" for n, v in fields.items()) + "/>"


def export(*elements: str, beginning: str = "") -> bytes:
    declared = beginning or "<!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{declared}\n<HealthData locale="en_GH">'
    return (text + "".join(elements) + "</HealthData>").encode()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
