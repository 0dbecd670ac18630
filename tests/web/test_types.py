"""The page's types come from the API as it is."""

import json
from pathlib import Path

from api.__main__ import describe

WEB = Path(__file__).resolve().parents[2] / "web"


def test_the_types_are_generated_from_the_api_as_it_is() -> None:
    known = json.loads((WEB / "openapi.json").read_text(encoding="utf-8"))
    assert json.loads(describe("openapi")) == known, (
        "run `python -m api openapi > web/openapi.json`, then `npm run api-types` in web/"
    )


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
