"""Which days somebody asks about, by their words for them."""

import datetime as dt

import pytest

from gateways.llm.dialogue import Language
from gateways.llm.local_past import asked_days

NOW = dt.datetime(2026, 11, 25, 9)  # noqa: DTZ001 - the person's own clock; a Wednesday


@pytest.mark.parametrize(
    ("text", "language", "first", "last", "part"),
    [
        ("How was my weight 2 days ago?", "en", "11-23", "11-23", "any"),
        ("a couple of days ago", "en", "11-23", "11-23", "any"),
        ("the day before yesterday", "en", "11-23", "11-23", "any"),
        ("yesterday evening", "en", "11-24", "11-24", "evening"),
        ("last night", "en", "11-24", "11-24", "night"),
        ("this morning", "en", "11-25", "11-25", "morning"),
        ("on Monday", "en", "11-23", "11-23", "any"),
        ("on Wednesday", "en", "11-18", "11-18", "any"),
        ("on Monday of last week", "en", "11-16", "11-16", "any"),
        ("last week", "en", "11-16", "11-22", "any"),
        ("last weekend", "en", "11-21", "11-22", "any"),
        ("the past week", "en", "11-19", "11-25", "any"),
        ("a week ago", "en", "11-17", "11-19", "any"),
        ("between 10 and 15 November", "en", "11-10", "11-15", "any"),
        ("from Friday to Monday", "en", "11-20", "11-23", "any"),
        ("in the last 3 days", "en", "11-23", "11-25", "any"),
        ("since Monday", "en", "11-23", "11-25", "any"),
        ("in October", "en", "10-01", "10-31", "any"),
        ("on 20/11", "en", "11-20", "11-20", "any"),
        ("il y a deux jours", "fr", "11-23", "11-23", "any"),
        ("avant-hier", "fr", "11-23", "11-23", "any"),
        ("hier soir", "fr", "11-24", "11-24", "evening"),
        ("cette nuit", "fr", "11-24", "11-24", "night"),
        ("ce matin", "fr", "11-25", "11-25", "morning"),
        ("lundi dernier", "fr", "11-23", "11-23", "any"),
        ("la semaine dernière", "fr", "11-16", "11-22", "any"),
        ("entre le 10 et le 15 novembre", "fr", "11-10", "11-15", "any"),
        ("du 10 au 15 novembre", "fr", "11-10", "11-15", "any"),
        ("ces trois derniers jours", "fr", "11-23", "11-25", "any"),
        ("depuis lundi", "fr", "11-23", "11-25", "any"),
        ("depuis 3 jours", "fr", "11-22", "11-25", "any"),
        ("depuis deux semaines", "fr", "11-11", "11-25", "any"),
        ("since 3 days ago", "en", "11-22", "11-25", "any"),
        ("le 05/11", "fr", "11-05", "11-05", "any"),
    ],
)
def test_days_are_found(text: str, language: Language, first: str, last: str, part: str) -> None:
    found = asked_days(text, NOW, language)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (f"2026-{first}", f"2026-{last}")
    assert found.part == part


def test_a_day_without_a_year_is_never_ahead() -> None:
    found = asked_days("on 24 December", NOW, "en")
    assert found is not None
    assert found.first == dt.date(2025, 12, 24)


def test_a_month_is_asked_for_whatever_its_year() -> None:
    february = asked_days("in February 2024", NOW, "en")
    assert february is not None
    assert (february.first, february.last) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert asked_days("in December 9999", NOW, "en") is None


def test_a_date_that_can_be_two_days_is_asked_for() -> None:
    found = asked_days("on 05/11", NOW, "en")
    assert found is not None
    assert found.unclear


@pytest.mark.parametrize(
    "text",
    [
        *("How is my weight?", "How will it be next Monday?", "Was it between 60 and 100?"),
        *("demain", "le 31 février", "J'ai pris du poids"),
    ],
)
def test_none_are_found_where_none_are(text: str) -> None:
    assert asked_days(text, NOW, "en") is None
