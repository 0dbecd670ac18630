"""The assistant of this machine: fixed rules over the same tools, the same answer every time.

It needs no account and sends nothing anywhere. It says what it is when it is asked, and never more
than the tools gave it.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateways.llm.dialogue import Piece, Question, Reply, Toolbox, Turn, Usage, bounded
from gateways.llm.local_data import Sentences
from gateways.llm.local_dates import WantedTime, wanted_time
from gateways.llm.local_intents import Asked, about_another, topics_of, understand
from gateways.llm.local_times import WEEKDAYS, zone_name
from gateways.llm.local_visits import provider_in, visit_type
from gateways.llm.local_words import SYMPTOM_NAMES, WORDS, metric_name, said

MODEL: Final = "jeg-local-1"
MOST_SUMMARY: Final = 800
_LINE: Final = 90
MOST_WORDS: Final = 8
"""Of a message that says nothing but a time."""
_RECORDS: Final = frozenset({"medications", "appointments", "alarms", "score"})
_DIGITS: Final = re.compile(r"\d[\d.,:/]*")


@dataclass
class _Draft:
    """An answer while it is made."""

    sentences: list[str] = field(default_factory=list)
    recommendations: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)
    ill: bool = False
    """Whether symptoms are told: then no measurement is a comfort."""


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
        self._language = question.language
        self._words = WORDS[question.language]
        self._sentences = Sentences(question.language, question.now)
        self._wanted = wanted_time(question.text, question.now.date(), question.language)
        self._draft = _Draft()

    async def chat(self) -> Reply:
        asked = understand(self._question.text)
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
        if self._only_a_time(asked):
            wanted = ["slots"]
        if "slots" in wanted and "appointments" in wanted:
            wanted.remove("appointments")
        if asked.symptoms:
            self._symptoms(asked)
        another = about_another(self._question.text)
        if another:
            self._of_another(asked, wanted)
        for name in wanted:
            await handlers[name](asked)
        if not another:
            await self._measured(asked, others=bool(wanted))
        if not self._draft.sentences:
            self._fallback(asked)
        return self._reply()

    def _only_a_time(self, asked: Asked) -> bool:
        """Whether nothing but a time is said, such as an answer to the question when."""
        short = len(self._question.text.split()) <= MOST_WORDS
        return (
            short
            and self._wanted.said
            and not self._wanted.past
            and not (asked.topics or asked.metrics or asked.symptoms)
        )

    def _of_another(self, asked: Asked, wanted: list[str]) -> None:
        """Say that nothing is known of others, and look up nothing of the user's own instead."""
        own = _RECORDS & set(wanted)
        wanted[:] = [name for name in wanted if name not in own]
        if own or asked.metrics or {"vitals", "trend"} & set(asked.topics):
            self._draft.sentences.append(self._words["another"])

    async def analysis(self) -> Reply:
        asked = understand(self._question.text)
        self._symptoms(asked)
        background = await self._toolbox.call("read_background", {})
        for name in ("medical_conditions", "allergies"):
            if text := said(background.get(name)):
                self._draft.risks.append(self._words["background"].format(text=text))
        found = await self._toolbox.call("read_vitals", {})
        readings = found.get("readings", [])
        if readings:
            self._draft.sentences.append(self._words["vitals_then"])
        self._readings(readings)
        self._draft.risks += self._sentences.outside(readings)
        if not readings:
            self._draft.recommendations.append(self._words["measure"])
        return self._reply(self._see_doctor())

    async def _who(self, _asked: Asked) -> None:
        self._draft.sentences.append(self._words["who"])

    async def _emergency(self, _asked: Asked) -> None:
        number = self._question.emergency_number
        self._draft.sentences.append(self._words["emergency"].format(number=number))

    async def _measured(self, asked: Asked, *, others: bool) -> None:
        symptoms = asked.symptoms
        if "diagnosis" in asked.topics and not others and not symptoms:
            self._draft.sentences.append(self._words["no_diagnosis"])
        if "trend" in asked.topics and (asked.metrics or not (others or symptoms)):
            for metric in asked.metrics or ("heart_rate", "blood_pressure"):
                await self._trend(metric, asked.days)
            return
        general = "vitals" in asked.topics and not others
        bodily = set(symptoms) - {"mood", "sleep"}
        if asked.metrics or general or (bodily and not others):
            found = await self._toolbox.call("read_vitals", {"metrics": list(asked.metrics)})
            readings = found.get("readings", [])
            if not readings and not symptoms:
                key = "no_readings" if asked.metrics else "no_any"
                self._draft.sentences.append(self._words[key])
            if readings and symptoms:
                self._draft.sentences.append(self._words["vitals_then"])
            self._readings(readings)
        if "advice" in asked.topics and "blood_pressure" in asked.metrics:
            self._draft.sentences.append(self._words["advice_pressure"])
            self._draft.questions.append(self._words["q_slots"])

    def _readings(self, readings: Sequence[Mapping[str, Any]]) -> None:
        self._draft.sentences += [self._sentences.reading(one) for one in readings]
        if any(one.get("urgent") for one in readings):
            number = self._question.emergency_number
            self._draft.recommendations.append(self._words["urgent"].format(number=number))
        elif self._sentences.outside(readings):
            self._draft.recommendations.append(self._words["outside"])
        elif readings and not self._draft.ill:
            self._draft.recommendations.append(self._words["all_inside"])
        for one in readings[:2]:
            name = metric_name(str(one["metric"]), self._language)
            name = name if self._language == "fr" else name.lower()
            self._draft.questions.append(self._words["q_trend"].format(name=name))

    async def _trend(self, metric: str, days: int) -> None:
        found = await self._toolbox.call("read_trend", {"metric": metric, "days": days})
        courses = found.get("courses", [])
        if not courses:
            self._draft.sentences.append(self._words["no_course"])
        self._draft.sentences += [self._sentences.course(one, days) for one in courses]
        self._draft.recommendations.append(self._words["show_course"])
        self._draft.questions.append(self._words["q_vitals"])

    async def _alarms(self, _asked: Asked) -> None:
        found = await self._toolbox.call("read_alarms", {})
        self._draft.sentences += self._sentences.alarms(found)
        if found.get("alarms"):
            self._draft.recommendations.append(self._words["alarm_advice"])
        self._draft.questions.append(self._words["q_vitals"])

    async def _medications(self, asked: Asked) -> None:
        if "change" in asked.topics:
            self._draft.sentences.append(self._words["medication_advice"])
        found = await self._toolbox.call("read_medications", {})
        self._draft.sentences += self._sentences.medications(found)
        self._draft.recommendations.append(self._words["medication_advice"])
        self._draft.questions.append(self._words["q_appointments"])

    async def _appointments(self, asked: Asked) -> None:
        if "cancel" in asked.topics:
            self._draft.sentences.append(self._words["cancel"])
        found = await self._toolbox.call("read_appointments", {})
        self._draft.sentences += self._sentences.appointments(found)
        self._draft.questions.append(self._words["q_slots"])

    async def _slots(self, asked: Asked) -> None:
        when = self._wanted
        if when.unclear:
            self._ask_when(when)
            return
        wanted = self._visit(asked)
        timed = dict(wanted)
        if when.first is not None and when.last is not None:
            timed |= {"not_before": when.first.isoformat(), "not_after": when.last.isoformat()}
        if when.part != "any":
            timed["part_of_day"] = when.part
        found = await self._toolbox.call("find_slots", timed)
        free = found.get("free", [])
        if not free and (found.get("unknown_provider") or timed != wanted):
            await self._others(when, wanted, named=not found.get("unknown_provider"))
            return
        self._draft.sentences += self._sentences.slots(found)
        if not free:
            return
        first = free[0]
        chosen = {"provider_id": first["provider_id"], "starts_at": first["starts_at"]}
        if "type" in wanted:
            chosen["type"] = wanted["type"]
        # Whoever keeps the proposal puts it into words.
        await self._toolbox.call("propose_booking", chosen)

    def _visit(self, asked: Asked) -> dict[str, Any]:
        """With whom and how: nobody is offered another field, provider or way than they named."""
        kind = visit_type(self._question.text)
        wanted = {
            "specialization": asked.specialization,
            "provider": provider_in(self._question.text),
            "type": "" if kind == "any" else kind,
        }
        return {name: value for name, value in wanted.items() if value}

    async def _others(self, when: WantedTime, wanted: dict[str, Any], *, named: bool) -> None:
        """Free times at another time than was wanted: told, and not proposed.

        `named` is False where nobody has the name that was asked for.
        """
        if not named:
            self._draft.sentences.append(self._words["no_provider"])
            self._draft.questions.append(self._words["q_slots"])
            return
        self._draft.sentences.append(self._words["none_then"])
        if when.first is not None:
            wanted |= {"not_before": when.first.isoformat()}
        found = await self._toolbox.call("find_slots", wanted)
        if free := found.get("free", []):
            self._draft.sentences += [self._words["others"], *self._sentences.times(free)]
        self._draft.questions.append(self._words["q_slots"])

    def _ask_when(self, when: WantedTime) -> None:
        """Ask what was meant, with the answers to choose from."""
        self._draft.sentences.append(self._words[f"ask_{when.unclear}"])
        if when.weekday is None:
            return
        day = WEEKDAYS[self._language][when.weekday]
        first = "q_today" if when.unclear == "today_or_later" else "q_this_week"
        for key in (first, "q_next_week"):
            self._draft.questions.append(self._words[key].format(day=day))

    async def _score(self, _asked: Asked) -> None:
        found = await self._toolbox.call("read_score", {})
        self._draft.sentences.append(self._sentences.score(found))
        self._draft.questions.append(self._words["q_vitals"])

    def _see_doctor(self) -> str:
        return self._words["see_doctor"].format(number=self._question.emergency_number)

    def _symptoms(self, asked: Asked) -> None:
        self._draft.ill = True
        kept = [one for one in asked.symptoms if one != "pain"] or list(asked.symptoms)
        names = [SYMPTOM_NAMES[self._language][one] for one in kept]
        said_them = self._words["symptoms"].format(symptoms=", ".join(names))
        self._draft.sentences.append(said_them if names else self._words["symptoms_other"])
        self._draft.sentences.append(self._see_doctor())
        number = self._question.emergency_number
        self._draft.recommendations += [self._words[one].format(number=number) for one in kept]
        self._draft.recommendations.append(self._words["rest"])
        self._draft.questions += [self._words["q_slots"], self._words["q_doctor"]]

    def _fallback(self, asked: Asked) -> None:
        if "doctor" in asked.topics:
            self._draft.sentences.append(self._see_doctor())
        elif "change" in asked.topics:
            self._draft.sentences.append(self._words["medication_advice"])
        elif "thanks" in asked.topics:
            self._draft.sentences.append(self._words["thanks"])
        elif "hello" in asked.topics:
            self._draft.sentences += [self._words["hello"], self._words["can"]]
        else:
            self._draft.sentences += [self._words["unclear"], self._words["can"]]
        for name in ("q_vitals", "q_medications", "q_appointments"):
            self._draft.questions.append(self._words[name])

    def _reply(self, when_to_see_doctor: str = "") -> Reply:
        draft = self._draft
        if self._sentences.timed:
            place = zone_name(self._question.now)
            draft.sentences.append(self._words["zone"].format(place=place))
        return bounded(
            Reply(
                response=" ".join(draft.sentences),
                recommendations=tuple(dict.fromkeys(draft.recommendations)),
                follow_up_questions=tuple(dict.fromkeys(draft.questions)),
                risk_factors=tuple(dict.fromkeys(draft.risks)),
                when_to_see_doctor=when_to_see_doctor,
            )
        )
