"""Fixtures of setup's tests."""

from pathlib import Path

import pytest

from tests.support.shells import RecordingShell


@pytest.fixture
def shell(tmp_path: Path) -> RecordingShell:
    """A shell that changes nothing."""
    return RecordingShell(tmp_path / "setup.log")
