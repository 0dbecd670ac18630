"""What the local assistant says of measurements: now, on some days, over a time, or as written."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateways.llm.local_draft import Draft
from gateways.llm.local_intents import Asked
from gateways.llm.local_past import AskedDays
from gateways.llm.local_words import metric_name

MOST_DAYS: Final = 90
_USUAL: Final = ("heart_rate", "blood_pressure")
"""Whose course is told where no vital sign is named."""


async def measured(draft: Draft, asked: Asked, days: AskedDays | None, *, others: bool) -> None:
    """Say what is asked about measurements; `others`: something else is answered already."""
    told = _as_written(draft)
    metrics = [one for one in asked.metrics if one not in told]
    if metrics or not told:
        await _looked_up(draft, asked, metrics, days, others=others)
    if "advice" in asked.topics and "blood_pressure" in asked.metrics:
        draft.say("advice_pressure")
        draft.suggest("q_slots")


def _as_written(draft: Draft) -> set[str]:
    """Hold what the message tells against its usual range; of which vital signs that was."""
    stated = draft.question.stated
    for one in stated:
        draft.sentences += draft.facts.told(one)
    _judge(draft, [one for one in stated if not one.get("unreadable")])
    return {str(one["metric"]) for one in stated}


async def _looked_up(
    draft: Draft, asked: Asked, metrics: list[str], days: AskedDays | None, *, others: bool
) -> None:
    silent = others or bool(asked.symptoms)
    trend = "trend" in asked.topics and (metrics or not silent)
    if days is not None and (metrics or trend or ("vitals" in asked.topics and not silent)):
        if days.unclear:
            draft.say("ask_month_or_day")
        elif trend and days.running:
            await _trends(draft, metrics, min(days.days, MOST_DAYS))
        else:
            await _on_days(draft, metrics, days, averaged=bool(trend))
    elif trend:
        await _trends(draft, metrics, asked.days)
    else:
        await _newest(draft, asked, metrics, others=others)


async def _newest(draft: Draft, asked: Asked, metrics: list[str], *, others: bool) -> None:
    bodily = {*asked.symptoms} - {"mood", "sleep"}
    if not metrics and (others or not ("vitals" in asked.topics or bodily)):
        return
    found = await draft.toolbox.call("read_vitals", {"metrics": metrics})
    readings = found.get("readings", [])
    if not readings and not asked.symptoms:
        draft.say("no_readings" if metrics else "no_any")
    if readings and asked.symptoms:
        draft.say("vitals_then")
    tell(draft, readings)


async def _on_days(draft: Draft, metrics: list[str], days: AskedDays, *, averaged: bool) -> None:
    """Tell what was measured then; where nothing was, that, and the newest there is."""
    asked = {
        "metrics": metrics,
        "first_day": days.first.isoformat(),
        "last_day": days.last.isoformat(),
        "part_of_day": days.part,
    }
    found = await draft.toolbox.call("read_days", asked)
    if "error" in found:
        draft.say("too_long")
        return
    span = draft.facts.span(days)
    told, newest = found.get("measured", []), found.get("newest_instead", [])
    for one in told:
        if one["more"] or (averaged and "courses" in one):
            draft.sentences += [draft.facts.course_then(each, span) for each in one["courses"]]
            _judge(draft, one["readings"])
        else:
            tell(draft, one["readings"][::-1])
    if not told and newest:
        draft.say("none_on" if metrics else "nothing_on", span=span)
    elif not told:
        draft.say("no_readings" if metrics else "no_any")
    tell(draft, newest)


async def _trends(draft: Draft, metrics: Sequence[str], days: int) -> None:
    for metric in metrics or _USUAL:
        found = await draft.toolbox.call("read_trend", {"metric": metric, "days": days})
        courses = found.get("courses", [])
        if not courses:
            draft.say("no_course")
        draft.sentences += [draft.facts.course(one, days) for one in courses]
    draft.advise("show_course")
    draft.suggest("q_vitals")


def tell(draft: Draft, readings: Sequence[Mapping[str, Any]]) -> None:
    """Tell readings, what to do about them, and what may be asked next."""
    draft.sentences += [draft.facts.reading(one) for one in readings]
    _judge(draft, readings)
    language = draft.question.language
    for metric in [*dict.fromkeys(str(one["metric"]) for one in readings)][:2]:
        name = metric_name(metric, language)
        draft.suggest("q_trend", name=name if language == "fr" else name.lower())


def _judge(draft: Draft, readings: Sequence[Mapping[str, Any]]) -> None:
    """Recommend what readings ask for."""
    if any(one.get("urgent") for one in readings):
        draft.advise("urgent")
    elif draft.facts.outside(readings):
        draft.advise("outside")
    elif readings and not draft.ill:
        draft.advise("all_inside")
