"""Free times, as the local assistant looks for them and puts one before the person."""

from typing import Any

from gateways.llm.local_dates import WantedTime
from gateways.llm.local_draft import Draft
from gateways.llm.local_intents import Asked
from gateways.llm.local_times import WEEKDAYS
from gateways.llm.local_visits import provider_in, visit_type


async def free_times(draft: Draft, asked: Asked, when: WantedTime) -> None:
    """Look for free times then, and propose the first; else tell the next ones, or ask."""
    if when.unclear:
        _ask_when(draft, when)
        return
    wanted = _visit(draft, asked)
    timed = dict(wanted)
    if when.first is not None and when.last is not None:
        timed |= {"not_before": when.first.isoformat(), "not_after": when.last.isoformat()}
    if when.part != "any":
        timed["part_of_day"] = when.part
    found = await draft.toolbox.call("find_slots", timed)
    free = found.get("free", [])
    if not free and (found.get("unknown_provider") or timed != wanted):
        await _others(draft, when, wanted, named=not found.get("unknown_provider"))
        return
    draft.sentences += draft.facts.slots(found)
    if not free:
        return
    first = free[0]
    chosen = {"provider_id": first["provider_id"], "starts_at": first["starts_at"]}
    if "type" in wanted:
        chosen["type"] = wanted["type"]
    # Whoever keeps the proposal puts it into words.
    await draft.toolbox.call("propose_booking", chosen)


def _visit(draft: Draft, asked: Asked) -> dict[str, Any]:
    """With whom and how: nobody is offered another field, provider or way than they named."""
    kind = visit_type(draft.question.text)
    wanted = {
        "specialization": asked.specialization,
        "provider": provider_in(draft.question.text),
        "type": "" if kind == "any" else kind,
    }
    return {name: value for name, value in wanted.items() if value}


async def _others(draft: Draft, when: WantedTime, wanted: dict[str, Any], *, named: bool) -> None:
    """Free times at another time than was wanted: told, and not proposed.

    `named` is False where nobody has the name that was asked for.
    """
    if not named:
        draft.say("no_provider")
        draft.suggest("q_slots")
        return
    draft.say("none_then")
    if when.first is not None:
        wanted |= {"not_before": when.first.isoformat()}
    found = await draft.toolbox.call("find_slots", wanted)
    if free := found.get("free", []):
        draft.say("others")
        draft.sentences += draft.facts.times(free)
    draft.suggest("q_slots")


def _ask_when(draft: Draft, when: WantedTime) -> None:
    """Ask what was meant, with the answers to choose from."""
    draft.say(f"ask_{when.unclear}")
    if when.weekday is None:
        return
    day = WEEKDAYS[draft.question.language][when.weekday]
    for key in ("q_today" if when.unclear == "today_or_later" else "q_this_week", "q_next_week"):
        draft.suggest(key, day=day)
