"""What of a model's answer is shown: numbers with a source, and nothing that may not be said."""

import json
from typing import Any

import pytest

from tests.support.assistant import BASE, Asking, begin, say
from tests.support.gemini import (
    Step,
    answer,
    by_phase,
    says,
    streamed,
    writes,
)
from tests.support.http import Person


async def test_an_answer_whose_numbers_have_sources_is_shown(
    measured: Person, asking: Asking
) -> None:
    conversation = await begin(measured)
    async with asking(by_phase(Step((answer("Your heart rate was 72 bpm."),)))):
        shown = await say(measured, conversation, "How is my heart?")
    assert shown["outcome"] == "answered"
    assert shown["ai_model"] == "gemini-test"
    assert shown["tokens_used"] > 0
    assert [one["quote"] for one in shown["sources"]] == ["72"]


async def test_a_number_without_a_source_is_written_again(measured: Person, asking: Asking) -> None:
    drafts = [answer("It was 72 and will be 65."), answer("It was 72.")]

    def script(body: dict[str, Any], _method: str) -> Step:
        return Step((drafts.pop(0),)) if writes(body) else Step((says("READY"),))

    conversation = await begin(measured)
    async with asking(script) as server:
        shown = await say(measured, conversation, "How is my heart?")
    assert shown["response"] == "It was 72."
    assert "65" in server.asked[-1][1]["contents"][-1]["parts"][0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "It was 73.",
        "It was seventy-three.",
        "C'était soixante-treize.",
        "It was 72 %.",
        "It was 72.5.",
        "It was 72 on 3 March.",
        "It was 72 at 25 past, 03:17.",
        "It is between 60 and 100.",
        "It was \uff17\uff13.",
        "HR73 is fine.",
        "You have diabetes.",
        "This is a heart attack.",
        "Vous avez une pneumonie.",
        "Take two tablets of aspirin.",
        "You should stop your medication.",
        "Doublez votre dose d'insuline.",
    ],
)
async def test_what_may_not_be_said_is_withheld(
    measured: Person, asking: Asking, text: str
) -> None:
    conversation = await begin(measured)
    written = {"chat": (answer(text),), "stream": streamed(text)}

    def script(body: dict[str, Any], method: str) -> Step:
        if not writes(body):
            return Step((says("READY"),))
        return Step(written["stream" if method.startswith("stream") else "chat"])

    async with asking(script):
        shown = await say(measured, conversation, "How is my heart?")
        path = f"{BASE}{conversation}/chat/stream/"
        stream = await measured.post(path, {"message": "How is my heart?"})
    assert shown["outcome"] == "withheld"
    assert "73" not in shown["response"]
    assert text not in stream.text
    assert "73" not in "".join(_texts(stream.text))
    assert '"outcome":"withheld"' in stream.text


def _texts(stream: str) -> list[str]:
    blocks = [block.splitlines() for block in stream.split("\n\n") if block.startswith("event: ")]
    return [json.loads(lines[1][6:]).get("text", "") for lines in blocks]


UNSOURCED = [
    *("It was eighty-two.", "It was in the eighties.", "It was seventythree.", "LXXIII bpm."),
    *("It was 80-90.", "Between 70\u201375 bpm.", "It is ~73.", "It is >73.", "73rd.", "73bpm."),
    *("It went up by 10%.", "It rose ten percent.", "It has doubled.", "Half of your readings."),
    *(
        "It was 72 at noon.",
        "It was 72 on the third of March.",
        "It was 72 five days ago.",
        "In 2019.",
    ),
    *("Your sugar was 5.9 mmol/L.", "It was 98.6 °F.", "72 kg.", "Your weight is 180 lb."),
    *("\u0661\u0662\u0663.", "\uff17\uff13.", "\u4e03\u5341\u4e09.", "\u2166 bpm.", "\u00bd."),
    *("500 mg.", "A dose of five hundred milligrams.", "1e3.", "7\u200b3.", "72\u00b75 bpm."),
    *("Une vingtaine.", "Soixante-treize.", "Les deux tiers.", "À minuit.", "One in ten people."),
]


# Two people ask: one may ask only so often in a minute.
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("part", ["response", "recommendations", "follow_up_questions"])
async def test_no_number_without_a_source_is_shown_in_any_part(
    measured: Person, asking: Asking, part: str, half: int
) -> None:
    said = {"text": ""}

    def script(body: dict[str, Any], _method: str) -> Step:
        if not writes(body):
            return Step((says("READY"),))
        text = said["text"]
        return Step((answer(text) if part == "response" else answer("Rest.", **{part: [text]}),))

    conversation = await begin(measured)
    async with asking(script):
        for said["text"] in UNSOURCED[half::2]:
            shown = await say(measured, conversation, "How is my heart?")
            assert shown["outcome"] == "withheld", said["text"]
            assert said["text"] not in json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
async def test_a_stream_that_is_cut_inside_a_number_shows_none_of_it(
    measured: Person, asking: Asking, size: int
) -> None:
    said = "It was 72 bpm. Then 173 bpm, 1\u0667 times. Soixante-\u00addix-sept."

    def script(body: dict[str, Any], method: str) -> Step:
        if not writes(body):
            return Step((says("READY"),))
        return Step(streamed(said, size) if method.startswith("stream") else (answer(said),))

    path = f"{BASE}{await begin(measured)}/chat/stream/"
    async with asking(script):
        stream = (await measured.post(path, {"message": "How is my heart?"})).text
    assert _texts(stream)[0] == "It was 72 bpm. "
    assert "17" not in "".join(_texts(stream))
    assert '"outcome":"withheld"' in stream


async def test_a_stream_stops_before_what_has_no_source(measured: Person, asking: Asking) -> None:
    said = "It was 72. Rest well. It will be 65 tomorrow. Good."
    pieces = streamed(said, size=2)

    def script(body: dict[str, Any], method: str) -> Step:
        if not writes(body):
            return Step((says("READY"),))
        return Step(pieces) if method.startswith("stream") else Step((answer("It was 72."),))

    conversation = await begin(measured)
    async with asking(script):
        path = f"{BASE}{conversation}/chat/stream/"
        stream = (await measured.post(path, {"message": "How is my heart?"})).text
    assert _texts(stream)[:2] == ["It was 72. ", "Rest well. "]
    assert "65" not in " ".join(_texts(stream))
    assert "65 tomorrow" not in stream
    assert "event: replace" in stream
