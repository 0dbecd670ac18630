"""The assistant of this machine, asked for a visit: which times it looks for, and proposes."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateways.llm.dialogue import Language
from tests.support.local_answers import WHEN, Tools, reply


async def test_it_proposes_the_first_free_time() -> None:
    tools = Tools()
    await reply("Book me an appointment", tools=tools)
    assert tools.called[-1] == ("propose_booking", {"provider_id": "p", "starts_at": WHEN})


async def test_it_looks_for_free_times_in_the_field_that_was_named() -> None:
    tools = Tools()
    await reply("Book me an appointment with a cardiologist", tools=tools)
    assert tools.called[0] == ("find_slots", {"specialization": "cardiology"})


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "Can I see a doctor tomorrow morning?",
            "en",
            {"not_before": "2026-11-23", "not_after": "2026-11-23", "part_of_day": "morning"},
        ),
        (
            "Je voudrais un rendez-vous la semaine prochaine",
            "fr",
            {"not_before": "2026-11-23", "not_after": "2026-11-29"},
        ),
        ("I need an appointment in the afternoon", "en", {"part_of_day": "afternoon"}),
        (
            "Book me with Kofi Danso tomorrow",
            "en",
            {"provider": "Kofi Danso", "not_before": "2026-11-23", "not_after": "2026-11-23"},
        ),
        (
            "je voudrais voir kofi danso demain",
            "fr",
            {"provider": "kofi danso", "not_before": "2026-11-23", "not_after": "2026-11-23"},
        ),
        (
            "Book a video call next week",
            "en",
            {"type": "video", "not_before": "2026-11-23", "not_after": "2026-11-29"},
        ),
        (
            "vendredi après-midi ?",
            "fr",
            {"not_before": "2026-11-27", "not_after": "2026-11-27", "part_of_day": "afternoon"},
        ),
    ],
)
async def test_it_looks_when_somebody_wants_to_come(
    text: str, language: Language, wanted: dict[str, str]
) -> None:
    tools = Tools()
    await reply(text, language, tools=tools)
    assert tools.called[0] == ("find_slots", wanted)
    assert tools.called[-1][0] == "propose_booking"


async def test_it_asks_where_a_time_can_mean_two_things() -> None:
    tools = Tools()
    found = await reply("Book me an appointment on Sunday", tools=tools)
    assert "today, or in a week" in found.response
    assert "Is there a free appointment on Sunday next week?" in found.follow_up_questions
    assert tools.called == []


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [("Book for yesterday", "en", "day is over"), ("Réservez pour hier", "fr", "jour est passé")],
)
async def test_it_says_that_a_day_is_over(text: str, language: Language, said: str) -> None:
    tools = Tools()
    assert said in (await reply(text, language, tools=tools)).response
    assert tools.called == []


async def test_another_time_is_told_and_not_proposed() -> None:
    class Booked(Tools):
        async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
            found = await super().call(name, arguments)
            return {"free": []} if "not_after" in arguments else found

    tools = Booked()
    found = await reply("Book me a visit tomorrow", tools=tools)
    assert "no free time then" in found.response
    assert "Kofi Mensah, on Sunday 22 November" in found.response
    assert [name for name, _ in tools.called] == ["find_slots", "find_slots"]


async def test_a_time_has_its_zone_and_a_year_that_is_not_this_one() -> None:
    free = {"provider_id": "p", "starts_at": "2027-01-04T09:00+00:00", "with": None}
    found = await reply("Is there a free time?", tools=Tools({"find_slots": {"free": [free]}}))
    assert "Monday 4 January 2027 at 09:00" in found.response
    assert found.response.endswith("Times are those of Accra.")
