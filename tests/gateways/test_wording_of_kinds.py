"""Every kind of message speaks every language, in each of its forms."""

from typing import Any, get_args

import pytest

from gateways.wording import Templates
from storage.queries.appointment_notices import About
from telemetry.notices import KINDS
from telemetry.spoken import LANGUAGES

AT = "2026-07-04T05:06:00+00:00"
ALARM = {
    "title": "Pulse <high>",
    "condition": "heart_rate_high",
    "priority": "high",
    "ward": "4B",
    "bed": "4",
    "started_at": AT,
}
TOLD: dict[str, list[dict[str, Any]]] = {
    "alarm": [ALARM | {"reason": one} for one in ("notified", "escalated", "reminded")],
    "alarm_contact": [ALARM | {"patient_name": "Ama"}],
    "device": [
        {"title": "Device maintenance required", "text": "Cuff", "device": "Cuff", "code": "E7"}
    ],
    "appointment": [
        {
            "title": "Appointment",
            "about": one,
            "side": side,
            "other": "Kwame Mensah",
            "starts_at": AT,
            "time_zone": "Africa/Nairobi",
            "expires_at": AT,
            "appointment_type": "in_person",
            "place": "Ridge",
        }
        for one in (*get_args(About), "offer", "offer_expired")
        for side in ("patient", "provider")
    ],
    "payment": [
        {"title": "Payment", "about": one, "amount": "45.50", "currency": "USD"}
        for one in ("received", "failed", "refunded", "refund_failed", "released")
    ],
    "reminder": [
        {"title": "Time", "text": "1 tablet", "reminder": one, "due_at": AT}
        for one in ("dose", "missed")
    ],
    "prescription": [
        {"change": one, "changed_at": AT} | letter
        for one in ("paused", "stopped")
        for letter in ({}, {"reference": "4711"})
    ],
    "side_effect": [
        {"title": "A patient reports a severe side effect", "noticed_at": AT} | letter
        for letter in ({}, {"reference": "4711"})
    ],
    "achievement": [
        {"title": "Milestone reached", "milestone": one, "measured": metric, "level": level}
        for one, metric, level in (
            ("steps_day", "steps", 10_000),
            ("steps_record", "steps", None),
            ("streak", None, 7),
            ("goal_streak", "steps", 30),
            ("goal", "body_weight", None),
        )
    ],
    "message": [{"title": "A message"}],
    "account": [
        {"about": one, "title": "Account", "code": "1", "who": "Ama Owusu", "until": AT}
        for one in (
            *("verify_email", "verify_phone", "reset_password", "password_changed", "locked"),
            *("email_change", "factor_added", "factor_removed", "recovery_code_used"),
            *("emergency", "emergency_of_patient"),
        )
    ],
    "new_times": [{"title": "New times", "provider": "Ama Mensah"}],
    "schedule_change": [{"title": "Times", "provider": "Ama Mensah", "starts_at": AT}],
    "provider_welcome": [{"title": "Welcome", "specialization": "cardiology", "has_account": True}],
    "notice": [{"about": "red_flag"}, {"title": "A notice", "text": "Something <else>"}],
}
"""What each kind is announced with, in each of its forms."""
NAMELESS = {"message", "notice"}
"""Their titles may be words that somebody wrote."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_every_language_in_the_readers_time(kind: str) -> None:
    templates = Templates("https://jeg.example/")
    for told in TOLD[kind]:
        values = told | {"path": "/alarms/1"}
        titles = set()
        for language in LANGUAGES:
            words = templates.render(kind, language, "Europe/Paris", values)
            assert words.subject
            assert words.short
            assert "https://jeg.example/alarms/1" in words.text
            assert "<high>" not in words.html
            assert "<else>" not in words.html
            assert templates.title(kind, language, "Europe/Paris", values) == words.subject
            titles.add(words.subject)
        assert kind in NAMELESS or len(titles) == len(LANGUAGES)


def test_times_are_on_the_readers_clock() -> None:
    templates = Templates("https://jeg.example/")
    values = TOLD["alarm"][1] | {"path": "/alarms/1"}
    french = templates.render("alarm", "fr", "Europe/Paris", values)
    assert "4 juil. 2026 à 07:06 (CEST)" in french.text
    assert french.subject.startswith("Sans réponse")
    assert templates.render("alarm", "en", "Nowhere/None", values).text.count("05:06 (UTC)") == 1


@pytest.mark.parametrize("about", ["booked", "offer"])
def test_where_another_clock_goes_its_time_is_told_too(about: str) -> None:
    templates = Templates("https://jeg.example/")
    values = next(one for one in TOLD["appointment"] if one["about"] == about) | {"path": "/"}
    words = templates.render("appointment", "en", "UTC", values)
    both = "4 Jul 2026, 05:06 (UTC); there 4 Jul 2026, 08:06 (EAT)"
    assert both in words.short
    assert both in words.text
    there = templates.render("appointment", "fr", "Africa/Nairobi", values)
    assert "08:06 (EAT)" in there.short
    assert "sur place" not in there.short


def test_a_list_shows_what_was_announced_without_what_its_template_asks_for() -> None:
    templates = Templates("https://jeg.example/")
    for kind in KINDS:
        assert templates.title(kind, "fr", "UTC", {"title": "As it was"})
    told = {"title": "As it was", "starts_at": "yesterday", "provider": "Ama"}
    assert templates.title("payment", "fr", "UTC", told)
