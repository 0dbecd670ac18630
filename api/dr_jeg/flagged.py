"""What flags do to an answer: they come first, and leave standing beneath them what is harmless.

A flag in the words, or an extreme reading that they tell, is answered alone. A flag of the
measurements stands for hours: it is told on top, whole the first time, and then the message is
answered too where it only asks for data, a free time or a booking. Nothing that a model writes ever
stands under a flag.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from analytics.triage.advice import Advice, advice
from api.dr_jeg.asking import Asking
from api.dr_jeg.grounding.checking import Grounds
from api.dr_jeg.judging import Judge
from api.dr_jeg.standing import Standing
from api.dr_jeg.turn import Answering, Outcome
from api.services import Services
from gateways.llm.dialogue import Reply
from gateways.llm.local_intents import understand

RED_FLAG_MODEL: Final = "jeg-red-flags-1"
_BETWEEN: Final = "\n\n"
_HARMLESS: Final = frozenset(
    {
        *("emergency", "who", "hello", "thanks", "medications", "appointments", "slots"),
        *("alarms", "score", "vitals", "trend", "cancel"),
    }
)
"""Topics that are answered with data alone. Symptoms, advice, a dose, and whether to see a doctor
are not among them: beside a flag they have one answer, and that is the flag's."""


async def answered(parts: Services, asking: Asking, *, deciding: bool) -> Outcome | None:
    """What is answered where a flag is up; None without one, or when a proposal is to be decided.

    Args:
        parts: The application's.
        asking: What is asked, with the flags.
        deciding: Whether the message is a yes or no to a proposal, which is carried out.

    """
    if not asking.flagged:
        return None
    if asking.flags or asking.stated or not (deciding or harmless(asking)):
        return alone(asking)
    if deciding:
        return None
    return on_top(asking, await Answering(parts, parts.dr_jeg, asking).by_rule())


def harmless(asking: Asking) -> bool:
    """Whether a message asks for data, a free time or a greeting, and for nothing else."""
    asked = understand(asking.text)
    plain = bool(asked.topics or asked.metrics) and set(asked.topics) <= _HARMLESS
    return asking.kind == "chat" and plain and not asked.symptoms


def alone(asking: Asking) -> Outcome:
    """The flags and nothing else, whole."""
    measured = _measured(asking)
    ill = _ill(asking, measured)
    if not asking.flags:
        said = asking.wording.advice(measured, ill=ill)
    else:
        own = advice(asking.flags, asking.country, asking.language, asking.wording.emergency_number)
        said = asking.wording.advice(measured, before=own.steps, ill=ill)
        steps = (*own.steps, *said.steps)
        text = f"{own.text} {said.text}".rstrip()
        said = Advice(text, steps, own.emergency_number, own.language)
    reply = Reply(said.text, recommendations=said.steps)
    if asking.kind == "analysis":
        reply = replace(reply, when_to_see_doctor=said.text)
    outcome = Outcome(
        reply, RED_FLAG_MODEL, "red_flag", asking.language, elapsed_ms=asking.elapsed_ms()
    )
    return _flagged(asking, outcome, said)


def on_top(asking: Asking, outcome: Outcome) -> Outcome:
    """An answer beneath the flags that stand, without recommendations of its own."""
    if not asking.standing:
        return outcome
    said = asking.wording.advice(asking.standing, asking.told)
    lead = f"{said.text}{_BETWEEN}"
    reply = replace(
        outcome.reply, response=lead + outcome.reply.response, recommendations=said.steps
    )
    shifted = tuple(
        replace(one, starts=one.starts + len(lead), ends=one.ends + len(lead))
        for one in outcome.sources
        if one.reference["part"] == "response"
    )
    kind = "red_flag" if outcome.outcome == "answered" else outcome.outcome
    return _flagged(asking, replace(outcome, reply=reply, outcome=kind, sources=shifted), said)


def _flagged(asking: Asking, outcome: Outcome, said: Advice) -> Outcome:
    measured = _measured(asking)
    facts = [fact for one in measured for fact in one.facts(asking.language)]
    grounds = Grounds(facts, asking.now, asking.zone, asking.allowed)
    own = Judge(grounds).sources(Reply(said.text)) if facts else []
    flags = (*asking.flags, *(one.flag for one in measured))
    return replace(outcome, flags=flags, advice=said, sources=(*own, *outcome.sources))


def _ill(asking: Asking, measured: Sequence[Standing]) -> bool:
    """Whether symptoms are told beside an extreme reading; a fever is none beside itself."""
    told = set(understand(asking.text).symptoms) - {"mood", "sleep"}
    if any(one.flag.code.startswith("body_temperature") for one in measured):
        told.discard("fever")
    return bool(told)


def _measured(asking: Asking) -> tuple[Standing, ...]:
    """What was written of and what was measured, each flag once, emergencies first."""
    both = (*asking.stated, *asking.standing)
    once = tuple({one.flag.code: one for one in reversed(both)}.values())[::-1]
    return tuple(sorted(once, key=lambda one: one.flag.urgency != "emergency"))
