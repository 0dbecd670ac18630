"""The device protocol's page names every topic, metric, unit and reason."""

from pathlib import Path

import pytest

from telemetry.errors import Reason
from telemetry.metrics import METRICS, Metric, units
from telemetry.topics import Down, Up

PAGE = (Path(__file__).parents[2] / "docs/reference/device-protocol.md").read_text()


@pytest.mark.parametrize("reason", Reason)
def test_reason(reason: Reason) -> None:
    assert f"| `{reason}` |" in PAGE


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_metric(metric: Metric) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{metric.code}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == ", ".join(f"`{alias}`" for alias in metric.aliases)
    assert cells[2] == f"`{metric.unit}`"
    assert cells[3] == ", ".join(f"`{unit}`" for unit in units(metric.code)[1:])
    assert cells[4] == f"{metric.low:g} to {metric.high:g}"
    assert cells[5] == ", ".join(metric.loinc)


def test_topics() -> None:
    for leaf in Up:
        assert f"up/{leaf}` |" in PAGE
    for down in Down:
        assert f"down/{down}` |" in PAGE
