"""Settings come as text."""

import pytest
from pydantic import ValidationError

from ingest.settings import Settings


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEG_DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    monkeypatch.setenv("JEG_BROKER_PASSWORD", "secret")


@pytest.mark.parametrize("groups", [1, 2, 4, 8, 16])
def test_the_number_of_groups_can_be_told_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, groups: int
) -> None:
    monkeypatch.setenv("JEG_PARTITION_GROUPS", str(groups))
    assert Settings().partition_groups == groups


@pytest.mark.parametrize("groups", ["3", "0", "32", "many"])
def test_any_other_number_of_groups_is_refused(
    monkeypatch: pytest.MonkeyPatch, groups: str
) -> None:
    monkeypatch.setenv("JEG_PARTITION_GROUPS", groups)
    with pytest.raises(ValidationError):
        Settings()
