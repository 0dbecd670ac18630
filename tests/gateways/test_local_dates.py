"""When somebody wants to come, in their words. Today is Wednesday, 25 November 2026."""

import datetime as dt

import pytest

from gateways.llm.dialogue import Language
from gateways.llm.local_dates import wanted_time

WEDNESDAY = dt.date(2026, 11, 25)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "language", "first", "last"),
    [
        ("tomorrow", "en", "2026-11-26", "2026-11-26"),
        ("demain", "fr", "2026-11-26", "2026-11-26"),
        ("the day after tomorrow", "en", "2026-11-27", "2026-11-27"),
        ("après-demain", "fr", "2026-11-27", "2026-11-27"),
        ("today", "en", "2026-11-25", "2026-11-25"),
        ("aujourd\u2019hui", "fr", "2026-11-25", "2026-11-25"),
        ("cet après-midi", "fr", "2026-11-25", "2026-11-25"),
        ("on Friday", "en", "2026-11-27", "2026-11-27"),
        ("this Friday", "en", "2026-11-27", "2026-11-27"),
        ("vendredi", "fr", "2026-11-27", "2026-11-27"),
        ("on Mondays", "en", "2026-11-30", "2026-11-30"),
        ("next Monday", "en", "2026-11-30", "2026-11-30"),
        ("lundi prochain", "fr", "2026-11-30", "2026-11-30"),
        ("next Wednesday", "en", "2026-12-02", "2026-12-02"),
        ("vendredi en huit", "fr", "2026-12-04", "2026-12-04"),
        ("Friday next week", "en", "2026-12-04", "2026-12-04"),
        ("vendredi de la semaine prochaine", "fr", "2026-12-04", "2026-12-04"),
        ("next week", "en", "2026-11-30", "2026-12-06"),
        ("la semaine prochaine", "fr", "2026-11-30", "2026-12-06"),
        ("this week", "en", "2026-11-25", "2026-11-29"),
        ("cette semaine", "fr", "2026-11-25", "2026-11-29"),
        ("the week after next", "en", "2026-12-07", "2026-12-13"),
        ("in two weeks", "en", "2026-12-07", "2026-12-13"),
        ("dans deux semaines", "fr", "2026-12-07", "2026-12-13"),
        ("dans quinze jours", "fr", "2026-12-07", "2026-12-13"),
        ("two weeks from now", "en", "2026-12-07", "2026-12-13"),
        ("on Tuesday in two weeks", "en", "2026-12-08", "2026-12-08"),
        ("in 3 days", "en", "2026-11-28", "2026-11-28"),
        ("dans trois jours", "fr", "2026-11-28", "2026-11-28"),
        ("in a month", "en", "2026-12-25", "2026-12-31"),
        ("next month", "en", "2026-12-01", "2026-12-31"),
        ("le mois prochain", "fr", "2026-12-01", "2026-12-31"),
        ("at the weekend", "en", "2026-11-28", "2026-11-29"),
        ("ce week-end", "fr", "2026-11-28", "2026-11-29"),
        ("on 5 December", "en", "2026-12-05", "2026-12-05"),
        ("December 5th", "en", "2026-12-05", "2026-12-05"),
        ("le 1er décembre", "fr", "2026-12-01", "2026-12-01"),
        ("on 3 March", "en", "2027-03-03", "2027-03-03"),
        ("le 05/12", "fr", "2026-12-05", "2026-12-05"),
        ("12/25", "en", "2026-12-25", "2026-12-25"),
        ("25/12/2026", "en", "2026-12-25", "2026-12-25"),
        ("le 5.12.2026", "fr", "2026-12-05", "2026-12-05"),
        ("2026-12-05", "en", "2026-12-05", "2026-12-05"),
    ],
)
def test_days(text: str, language: Language, first: str, last: str) -> None:
    found = wanted_time(f"Book me a visit {text}, please", WEDNESDAY, language)
    assert (found.first, found.last) == (day(first), day(last))
    assert not found.unclear


@pytest.mark.parametrize(
    ("text", "language", "unclear"),
    [
        ("next Friday", "en", "which_week"),
        ("vendredi prochain", "fr", "which_week"),
        ("next weekend", "en", "which_week"),
        ("on Wednesday", "en", "today_or_later"),
        ("mercredi", "fr", "today_or_later"),
        ("on 5/12", "en", "month_or_day"),
        ("Monday or Tuesday", "en", "several"),
        ("aujourd'hui ou demain", "fr", "several"),
        ("not on Friday", "en", "several"),
        ("pas lundi", "fr", "several"),
        ("on 3 March 2026", "en", "over"),
        ("Monday this week", "en", "over"),
    ],
)
def test_what_can_mean_two_things_is_asked(text: str, language: Language, unclear: str) -> None:
    found = wanted_time(text, WEDNESDAY, language)
    assert found.unclear == unclear
    assert found.first is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("tomorrow morning", "morning"),
        ("demain matin", "morning"),
        ("in the afternoon", "afternoon"),
        ("vendredi après-midi", "afternoon"),
        ("this evening", "evening"),
        ("ce soir", "evening"),
        ("tonight", "evening"),
        ("morning or afternoon", "any"),
        ("Good morning, tomorrow please", "any"),
        ("après-demain", "any"),
    ],
)
def test_parts_of_the_day(text: str, part: str) -> None:
    assert wanted_time(text, WEDNESDAY, "en").part == part


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Book me a visit",
        "mon rendez-vous",
        "May I come?",
        "31/02",
        "a second opinion",
        "1/2/3/4",
        "my sugar is 7.2",
        "120/80",
    ],
)
def test_nothing_is_read_where_nothing_is_said(text: str) -> None:
    assert not wanted_time(text, WEDNESDAY, "fr").said
