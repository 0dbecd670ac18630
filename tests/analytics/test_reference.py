"""The page about alarms says what the code does."""

from pathlib import Path

from analytics.reference import page

PAGE = Path(__file__).parents[2] / "docs/reference/alarms.md"


def test_page_is_the_one_that_the_code_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m analytics.reference"
