"""Alert rules are well formed and speak of figures and commands that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from analytics import meters as analytics
from api import metrics as api
from ingest import rates
from jobs import meters as jobs
from telemetry.errors import Reason

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load(
        (Path(__file__).parents[2] / "deploy/prometheus/alerts.yml").read_text()
    )["groups"]
    for rule in group["rules"]
]
SUFFIXES = ("", "_bucket", "_count", "_sum", "_total")


def known() -> set[str]:
    """Every name that a program's registry gives out."""
    assert rates.READY is not None
    registries = (REGISTRY, analytics.REGISTRY, api.REGISTRY, jobs.REGISTRY)
    metrics = [metric for registry in registries for metric in registry.collect()]
    return {metric.name + suffix for metric in metrics for suffix in SUFFIXES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_rule(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Jeg[A-Z]\w+", rule["alert"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"]
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))
    names = set(re.findall(r"\bjeg_\w+", rule["expr"] + rule["annotations"]["description"]))
    assert names & set(re.findall(r"\bjeg_\w+", rule["expr"]))
    assert names <= known()
    assert rule["expr"].count("(") == rule["expr"].count(")")
    for pattern in re.findall(r'reason=~"([^"]+)"', rule["expr"]):
        assert any(re.fullmatch(pattern, reason) for reason in Reason)


def test_names_are_unique_and_drops_are_watched() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    assert any("jeg_broker_dropped_messages" in rule["expr"] for rule in RULES)
