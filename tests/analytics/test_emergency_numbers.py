"""Every emergency number has its source, and the page has every one of them."""

from pathlib import Path

import phonenumbers
import pytest
from phonenumbers.shortnumberinfo import is_emergency_number, is_valid_short_number_for_region

from analytics.triage.emergency_numbers import (
    ANNOUNCED,
    ANYWHERE,
    CRISIS_LINES,
    EMERGENCY_NUMBERS,
    LINE_SOURCES,
    emergency_number,
)

BY_MINISTRY = {"BR", "IN"}
"""Lines that their health ministries announced, and libphonenumber does not list."""
PAGE = (Path(__file__).parents[2] / "docs/reference/emergency-numbers.md").read_text("utf-8")


@pytest.mark.parametrize(("country", "number"), sorted(EMERGENCY_NUMBERS.items()))
def test_an_ambulances_number_is_in_the_plan_or_announced(country: str, number: str) -> None:
    assert country in phonenumbers.SUPPORTED_REGIONS
    assert is_emergency_number(number, country) != (country in ANNOUNCED)
    source = ANNOUNCED.get(country, "numbering plan")
    assert f"| {country} | {number} | {source} |" in PAGE


@pytest.mark.parametrize(("country", "number"), sorted(CRISIS_LINES.items()))
def test_a_line_for_people_in_despair_has_its_source(country: str, number: str) -> None:
    parsed = phonenumbers.parse(number, country)
    short = is_valid_short_number_for_region(parsed, country)
    known = short or phonenumbers.is_valid_number(parsed)
    assert known != (country in BY_MINISTRY)
    assert f"| {country} | {number} | {LINE_SOURCES[country]} |" in PAGE


def test_nothing_else_is_told() -> None:
    assert LINE_SOURCES.keys() == CRISIS_LINES.keys()
    assert ANNOUNCED.keys() <= EMERGENCY_NUMBERS.keys()
    rows = [line for line in PAGE.splitlines() if line[:2] == "| " and line[4:6] == " |"]
    assert len(rows) == len(EMERGENCY_NUMBERS) + len(CRISIS_LINES)
    assert emergency_number("XX") == ANYWHERE
    assert emergency_number("gh") == EMERGENCY_NUMBERS["GH"]
