"""What people are told, in every language: alarms by their codes, milestones by their facts."""

from typing import get_args

import pytest

from analytics.equipment_turn import STORM_TITLE
from analytics.rules import BUILTIN
from analytics.storms import PREFIX
from analytics.technical import TechnicalSettings
from analytics.trends.milestones import Kind, wording
from gateways.vocabulary import vocabulary
from gateways.wording import Templates
from jobs.canary import TITLE as CANARY_TITLE
from telemetry.metrics import METRICS
from telemetry.spoken import LANGUAGES

TITLES = {
    **{rule.condition: rule.title for rule in BUILTIN.values()},
    **{f"{kind}:4711": watch.title for kind, watch in TechnicalSettings().watches().items()},
    f"{PREFIX}ward:4B": STORM_TITLE,
    "platform_canary:database": CANARY_TITLE,
}
"""Condition of every alarm that the platform raises -> its title."""
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_alarm_and_metric_has_a_name_of_its_own(language: str) -> None:
    names = vocabulary(language)
    unnamed = [code for code, title in TITLES.items() if names.condition(code, title) == title]
    assert unnamed == []
    assert set(names.conditions) == {code.partition(":")[0] for code in TITLES}
    assert set(names.metrics) == set(METRICS)


def test_a_condition_that_no_language_knows_keeps_its_title() -> None:
    assert vocabulary("fr").condition("of_tomorrow", "Something new") == "Something new"
    assert vocabulary("en").condition("heart_rate_high", "Heart rate high") == "Heart rate high"


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Heart rate high (bed 4)"), ("fr", "Fréquence cardiaque élevée (lit 4)")],
)
def test_an_alarm_is_told_in_the_readers_language(language: str, subject: str) -> None:
    told = {
        "condition": "heart_rate_high",
        "title": "Heart rate high",
        "priority": "high",
        "reason": "notified",
        "ward": "",
        "bed": "4",
        "started_at": "2026-07-04T05:06:00+00:00",
    }
    words = Templates("https://jeg.example").render("alarm", language, "UTC", told)
    assert words.subject == subject
    assert subject.partition(" (")[0] in words.text


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_milestone_is_told_as_reports_have_it(kind: Kind) -> None:
    metric = None if kind == "streak" else "steps"
    level = 10_000.0 if kind in {"steps_day", "streak", "goal_streak"} else None
    told = {"milestone": kind, "measured": metric, "level": level}
    wordings = Templates("https://jeg.example")
    title = wordings.title("achievement", "en", "UTC", told)
    said = wording(kind, metric, level).replace(" 10000 ", " 10,000 ")
    assert title.lower() == f"well done: {said}".lower()
    french = wordings.title("achievement", "fr", "UTC", told)
    assert french.startswith("Bravo")
    assert "Steps" not in french
