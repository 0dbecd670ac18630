"""Records of an Apple Health export (`export.xml`), read as a stream; nothing of it is kept.

Source of the names: HKQuantityTypeIdentifier in Apple's HealthKit. A record's time is its start.
What belongs to no metric is counted by type and left out: summaries such as the resting heart rate
are no readings. Records inside a correlation stand outside of it once more and are read there.
"""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]

from jobs.importing.rows import Row, UnusableRowError, instant, source_name
from jobs.work import Failure
from telemetry.errors import Reason
from telemetry.samples import Sample

DEFAULT_SOURCE: Final = "Apple Health"
_PIECE: Final = 65_536
_LONGEST_ELEMENT: Final = 4 * 1024 * 1024
_MOST_TYPES: Final = 500
_QUANTITY: Final = "HKQuantityTypeIdentifier"
METRICS: Final = {
    f"{_QUANTITY}HeartRate": "heart_rate",
    f"{_QUANTITY}RespiratoryRate": "respiratory_rate",
    f"{_QUANTITY}OxygenSaturation": "oxygen_saturation",
    f"{_QUANTITY}BloodPressureSystolic": "blood_pressure_systolic",
    f"{_QUANTITY}BloodPressureDiastolic": "blood_pressure_diastolic",
    f"{_QUANTITY}BodyTemperature": "body_temperature",
    f"{_QUANTITY}BodyMass": "body_weight",
    f"{_QUANTITY}BloodGlucose": "blood_glucose",
    f"{_QUANTITY}StepCount": "steps",
}
"""Type of a record -> metric."""
_UNITS: Final = {"count/min": "/min", "%": "/"}
"""Theirs -> ours. A saturation of 0.97 has the unit % there."""


class _Records(ContentHandler):
    """Rows of the records that were heard of since the last look."""

    def __init__(self, left_out: Counter[str]) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.elements = 0
        self._left_out = left_out
        self._number = 0
        self._inside = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX
        self.elements += 1
        if self.elements == 1 and name != "HealthData":
            message = "the file is XML, but no Apple Health export"
            raise Failure(message)
        if name == "Correlation":
            self._inside += 1
        elif name == "Record" and not self._inside:
            self._number += 1
            self._record(attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX
        if name == "Correlation":
            self._inside -= 1

    def _record(self, attrs: AttributesImpl) -> None:
        kind = attrs.get("type", "")
        metric = METRICS.get(kind)
        if metric is None:
            known = kind in self._left_out or len(self._left_out) < _MOST_TYPES
            self._left_out[kind[:100] if known else "others"] += 1
            return
        source = source_name(attrs.get("sourceName", ""), DEFAULT_SOURCE)
        try:
            self.rows.append(Row(self._number, source, [_sample(metric, attrs)]))
        except UnusableRowError as error:
            self.rows.append(Row(self._number, source, problem=str(error)))


def _sample(metric: str, attrs: AttributesImpl) -> Sample:
    unit = attrs.get("unit", "")
    if unit.startswith("mmol<"):
        unit = "mmol/L"
    try:
        value = float(attrs.get("value", ""))
    except ValueError as error:
        raise UnusableRowError(Reason.NOT_A_NUMBER) from error
    # `2026-03-04 05:06:07 +0100`
    text = attrs.get("startDate", "").replace(" +", "+").replace(" -", "-")
    return Sample(metric, value, t=instant(text, None), u=_UNITS.get(unit, unit))


def read(file: BinaryIO, left_out: Counter[str]) -> Iterator[Row]:
    """Read rows, counted over all records; what is left out is counted by type.

    Raises:
        Failure: when it is no export, is damaged, or defines entities: those are the bombs.
    """
    records = _Records(left_out)
    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(records)
    unheard = 0
    try:
        while piece := file.read(_PIECE):
            before = records.elements
            parser.feed(piece)
            unheard = unheard + len(piece) if records.elements == before else 0
            if unheard > _LONGEST_ELEMENT:
                message = "an element of the XML is longer than 4 MiB"
                raise Failure(message)
            yield from records.rows
            records.rows.clear()
        parser.close()
    except DefusedXmlException as error:
        message = "the XML defines entities, which no export does"
        raise Failure(message) from error
    except SAXException as error:
        message = "the XML is damaged or not complete"
        raise Failure(message) from error
    yield from records.rows
