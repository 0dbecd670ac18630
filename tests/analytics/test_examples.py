"""The examples in the docstrings of scores and detectors are true."""

import doctest
from types import ModuleType

import pytest

from analytics.detectors import limits
from analytics.scores import news2


@pytest.mark.parametrize("module", [limits, news2], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
