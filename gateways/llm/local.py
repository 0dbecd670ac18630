"""The assistant of this machine: fixed rules over the same tools, the same answer every time.

It needs no account and sends nothing anywhere. It says what it is when it is asked, and never more
than the tools gave it.
"""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final

from gateways.llm import local_vitals
from gateways.llm.dialogue import Piece, Question, Reply, Toolbox, Turn, Usage
from gateways.llm.local_booking import free_times
from gateways.llm.local_dates import wanted_time
from gateways.llm.local_draft import Draft
from gateways.llm.local_intents import Asked, about_another, topics_of, understand
from gateways.llm.local_past import asked_days
from gateways.llm.local_words import SYMPTOM_NAMES, said

MODEL: Final = "jeg-local-1"
MOST_SUMMARY: Final = 800
_LINE: Final = 90
MOST_ALARM_DAYS: Final = 30
MOST_WORDS: Final = 8
"""Of a message that says nothing but a time."""
_RECORDS: Final = frozenset({"medications", "appointments", "alarms", "score"})
_FALLBACKS: Final = (
    ("doctor", ("see_doctor",)),
    ("change", ("medication_advice",)),
    ("thanks", ("thanks",)),
    ("hello", ("hello", "can")),
)
"""Topic -> what is said where nothing else is."""
_DIGITS: Final = re.compile(r"\d[\d.,:/]*")


class LocalAssistant:
    """The `Assistant` by rules."""

    counts_tokens = False

    @property
    def model(self) -> str:
        """Name and version of the rules."""
        return MODEL

    async def answer(self, question: Question, toolbox: Toolbox, usage: Usage) -> Reply:  # noqa: ARG002 - as the protocol has it
        """Answer by rule; see `Assistant.answer`."""
        writer = _Writer(question, toolbox)
        if question.kind == "analysis":
            return await writer.analysis()
        return await writer.chat()

    async def stream(
        self, question: Question, toolbox: Toolbox, usage: Usage
    ) -> AsyncIterator[Piece]:
        """Answer sentence by sentence; see `Assistant.stream`."""
        reply = await self.answer(question, toolbox, usage)
        for piece in re.findall(r".*?(?:[.!?:]\s+|\n|$)", reply.response, re.DOTALL):
            if piece:
                yield piece
        yield reply

    async def summarise(self, summary: str, turns: Sequence[Turn], usage: Usage) -> str:  # noqa: ARG002 - as the protocol has it
        """What was asked, one line each, newest kept; numbers are left out."""
        asked = [turn.text for turn in turns if turn.sender == "user"]
        lines = [line for line in summary.split("\n") if line]
        for text in asked:
            first = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
            topics = ", ".join(one.replace("_", " ") for one in topics_of(text))
            line = _DIGITS.sub("…", first)[:_LINE]
            lines.append(f"- {line}" + (f" ({topics})" if topics else ""))
        while lines and len("\n".join(lines)) > MOST_SUMMARY:
            lines.pop(0)
        return "\n".join(lines)

    async def close(self) -> None:
        """Nothing is open."""


class _Writer:
    def __init__(self, question: Question, toolbox: Toolbox) -> None:
        self._question = question
        self._toolbox = toolbox
        self._draft = Draft(question, toolbox)
        self._asked = understand(question.text)
        self._wanted = wanted_time(question.text, question.now.date(), question.language)
        self._days = asked_days(question.text, question.now, question.language)

    async def chat(self) -> Reply:
        text = self._question.text
        if self._only_days():
            text = self._before()
            self._asked = understand(text)
        asked = self._asked
        handlers = {
            "emergency": self._emergency,
            "who": self._who,
            "slots": self._slots,
            "medications": self._medications,
            "appointments": self._appointments,
            "alarms": self._alarms,
            "score": self._score,
        }
        wanted = [name for name in handlers if name in asked.topics]
        if self._only_a_time():
            wanted = ["slots"]
        if "slots" in wanted and "appointments" in wanted:
            wanted.remove("appointments")
        if asked.symptoms:
            self._symptoms()
        # "And yesterday?" is of whomever the question before it was.
        another = about_another(self._question.text) or about_another(text)
        if another:
            self._of_another(wanted)
        for name in wanted:
            await handlers[name]()
        if not another:
            await self._measured(others=bool(wanted))
        if not self._draft.sentences:
            self._fallback()
        return self._draft.reply()

    def _only_a_time(self) -> bool:
        """Whether nothing but a time is said, such as an answer to the question when."""
        bare = _is_bare(self._question.text, self._asked)
        return bare and self._wanted.said and not self._wanted.past

    def _only_days(self) -> bool:
        """Whether nothing but days that are over is said: "and yesterday?"."""
        bare = _is_bare(self._question.text, self._asked)
        return bare and self._days is not None and self._wanted.past

    def _before(self) -> str:
        """What the person asked last that says more; the message itself where nothing does."""
        said = [turn.text for turn in self._question.history if turn.sender == "user"]
        more = (text for text in reversed(said) if not _is_bare(text, understand(text)))
        return next(more, self._question.text)

    def _of_another(self, wanted: list[str]) -> None:
        """Say that nothing is known of others, and look up nothing of the user's own instead."""
        own = _RECORDS & set(wanted)
        wanted[:] = [name for name in wanted if name not in own]
        if own or self._asked.metrics or {"vitals", "trend"} & set(self._asked.topics):
            self._draft.say("another")

    async def _measured(self, *, others: bool) -> None:
        asked = self._asked
        if "diagnosis" in asked.topics and not (others or asked.symptoms):
            self._draft.say("no_diagnosis")
        await local_vitals.measured(self._draft, asked, self._days, others=others)

    async def analysis(self) -> Reply:
        self._symptoms()
        draft = self._draft
        background = await self._toolbox.call("read_background", {})
        for name in ("medical_conditions", "allergies"):
            if text := said(background.get(name)):
                draft.risks.append(draft.filled("background", text=text))
        found = await self._toolbox.call("read_vitals", {})
        readings = found.get("readings", [])
        if readings:
            draft.say("vitals_then")
        local_vitals.tell(draft, readings)
        draft.risks += draft.facts.outside(readings)
        if not readings:
            draft.advise("measure")
        return draft.reply(draft.filled("see_doctor"))

    async def _who(self) -> None:
        self._draft.say("who")

    async def _emergency(self) -> None:
        self._draft.say("emergency")

    async def _slots(self) -> None:
        await free_times(self._draft, self._asked, self._wanted)

    async def _alarms(self) -> None:
        days = {}
        if self._days is not None and not self._days.unclear:
            since = (self._question.now.date() - self._days.first).days + 1
            days = {"days": min(since, MOST_ALARM_DAYS)}
        found = await self._toolbox.call("read_alarms", days)
        self._draft.sentences += self._draft.facts.alarms(found)
        if found.get("alarms"):
            self._draft.advise("alarm_advice")
        self._draft.suggest("q_vitals")

    async def _medications(self) -> None:
        if "change" in self._asked.topics:
            self._draft.say("medication_advice")
        found = await self._toolbox.call("read_medications", {})
        self._draft.sentences += self._draft.facts.medications(found)
        self._draft.advise("medication_advice")
        self._draft.suggest("q_appointments")

    async def _appointments(self) -> None:
        if "cancel" in self._asked.topics:
            self._draft.say("cancel")
        found = await self._toolbox.call("read_appointments", {})
        self._draft.sentences += self._draft.facts.appointments(found)
        self._draft.suggest("q_slots")

    async def _score(self) -> None:
        found = await self._toolbox.call("read_score", {})
        self._draft.sentences.append(self._draft.facts.score(found))
        self._draft.suggest("q_vitals")

    def _symptoms(self) -> None:
        draft, told = self._draft, self._asked.symptoms
        draft.ill = True
        kept = [one for one in told if one != "pain"] or list(told)
        names = [SYMPTOM_NAMES[self._question.language][one] for one in kept]
        if names:
            draft.say("symptoms", symptoms=", ".join(names))
        else:
            draft.say("symptoms_other")
        draft.say("see_doctor")
        for one in (*kept, "rest"):
            draft.advise(one)
        draft.suggest("q_slots")
        draft.suggest("q_doctor")

    def _fallback(self) -> None:
        fitting = (keys for topic, keys in _FALLBACKS if topic in self._asked.topics)
        for key in next(fitting, ("unclear", "can")):
            self._draft.say(key)
        for key in ("q_vitals", "q_medications", "q_appointments"):
            self._draft.suggest(key)


def _is_bare(text: str, asked: Asked) -> bool:
    """Whether hardly anything is said, and nothing that is known by its words."""
    return len(text.split()) <= MOST_WORDS and not (asked.topics or asked.metrics or asked.symptoms)
