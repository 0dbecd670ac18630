"""The examples in the docstrings of scores and detectors are true."""

import doctest
from types import ModuleType

import pytest

from analytics import newest, zones
from analytics.detectors import artefact, baseline, drift, flatline, gap, limits, rate
from analytics.scores import deterioration, news2, trees, vital_trends
from analytics.training import stays


@pytest.mark.parametrize(
    "module",
    [
        artefact,
        baseline,
        deterioration,
        drift,
        flatline,
        gap,
        limits,
        news2,
        rate,
        stays,
        trees,
        vital_trends,
        newest,
        zones,
    ],
    ids=lambda module: module.__name__,
)
def test_examples(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
