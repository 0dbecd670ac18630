"""Tools about care: medications, appointments, background; free times, and proposing one."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from api.dr_jeg.grounding.facts import Fact, of_text
from api.dr_jeg.tools.looking import (
    PARTS_OF_DAY,
    Arguments,
    Found,
    Looker,
    Proposal,
    ToolPart,
    untrusted,
)
from api.dr_jeg.tools.measurements import NoArguments
from storage.access import saw
from storage.engine import ReadSession
from storage.models import HealthcareProvider
from storage.queries import assistant, availability
from telemetry.ages import age_on
from telemetry.availability import Slot, Span

MOST_ITEMS: Final = 15
MOST_ASKED: Final = 100
"""Providers whose times are looked at."""
MOST_PROVIDERS: Final = 10
MOST_SLOTS: Final = 4
"""Of each provider."""
SLOT_DAYS: Final = 14
"""Looked at where no last day is named."""
MOST_DAYS: Final = 31
MOST_LOOKED_AT: Final = 500
"""Slots of each provider, where only a part of the day is wanted."""
Word = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00]*$")
]


async def read_medications(looker: Looker, _wanted: NoArguments) -> Found:
    """Medications that are taken now."""
    async with looker.database.read() as session:
        rows = await assistant.medications(session, looker.user_id, limit=MOST_ITEMS)
    facts = [Fact("medication", "Medications", len(rows))]
    data = []
    for row in rows:
        reference = {"user_medication_id": str(row.id)}
        for text in (row.name, row.dosage, row.frequency):
            facts += of_text("medication", row.name, text, reference)
        data.append(
            {
                "name": untrusted(row.name),
                "dosage": untrusted(row.dosage),
                "frequency": untrusted(row.frequency),
                "instructions": untrusted(row.instructions),
            }
        )
    return Found({"count": len(rows), "medications": data}, facts)


async def read_appointments(looker: Looker, _wanted: NoArguments) -> Found:
    """Appointments to come."""
    async with looker.database.read() as session:
        rows = await assistant.next_appointments(
            session, looker.user_id, looker.now, limit=MOST_ITEMS
        )
    facts = [Fact("appointment", "Appointments", len(rows))]
    data = []
    for row in rows:
        reference = {"appointment_id": str(row.id)}
        facts.append(
            Fact("appointment", row.provider, row.duration_minutes, "min", row.starts_at, reference)
        )
        data.append(
            {
                "starts_at": looker.local(row.starts_at),
                "duration_minutes": row.duration_minutes,
                "type": row.appointment_type,
                "status": row.status,
                "with": untrusted(row.provider),
                "specialization": untrusted(row.specialization),
                "hospital": untrusted(row.hospital),
                "reason": untrusted(row.chief_complaint),
            }
        )
    names = [name for row in rows for name in (row.provider, row.hospital)]
    return Found({"count": len(rows), "appointments": data}, facts, names=names)


async def read_background(looker: Looker, _wanted: NoArguments) -> Found:
    """Age, sex, conditions and allergies, as the profile has them."""
    async with looker.database.read() as session:
        row = await assistant.background(session, looker.user_id)
    data: dict[str, Any] = {
        "sex": row.gender or "unknown",
        "medical_conditions": untrusted(row.medical_conditions),
        "allergies": untrusted(row.allergies),
    }
    facts: list[Fact] = []
    if row.date_of_birth is not None:
        age = age_on(row.date_of_birth, looker.now.astimezone(looker.zone).date())
        data["age_years"] = age
        facts.append(Fact("profile", "Age", age, "a"))
    return Found(data, facts)


VisitType = Literal["any", "in_person", "video"]


class SlotArguments(Arguments):
    """Free times in which days and hours, with whom."""

    specialization: Word = ""
    not_before: dt.date | None = Field(default=None, description="First day.")
    not_after: dt.date | None = Field(default=None, description="Last day.")
    part_of_day: Literal["any", "morning", "afternoon", "evening"] = "any"
    provider: Word = Field(default="", description="Name of the provider, where one is asked for.")
    type: VisitType = Field(default="any", description="Whether in person or by video.")


async def find_slots(looker: Looker, wanted: SlotArguments) -> Found:
    """Free times that could be booked."""
    async with looker.database.read() as session:
        providers = await _providers(session, looker, wanted)
        found = await _free(session, looker, wanted, providers)
    facts, data, names = [], [], []
    for provider, slots in found:
        name = f"{provider.first_name} {provider.last_name}".strip()
        names.append(name)
        for slot in slots:
            minutes = _minutes(slot)
            facts.append(Fact("slot", name, minutes, "min", slot.span.start))
            data.append(
                {
                    "provider_id": str(provider.id),
                    "with": untrusted(name),
                    "specialization": untrusted(provider.specialization),
                    "starts_at": looker.local(slot.span.start),
                    "duration_minutes": minutes,
                    "type": _type(slot, wanted.type),
                }
            )
    facts.append(Fact("slot", "Free times", len(data)))
    shown: dict[str, Any] = {"count": len(data), "free": data}
    if wanted.provider and not providers:
        shown["note"] = "no provider of this name can be booked here"
        shown["unknown_provider"] = True
    return Found(shown, facts, names=names)


async def _providers(
    session: ReadSession, looker: Looker, wanted: SlotArguments
) -> list[HealthcareProvider]:
    saw(looker.user_id)
    return await assistant.bookable_providers(
        session, looker.user_id, wanted.specialization, wanted.provider, limit=MOST_ASKED
    )


async def _free(
    session: ReadSession,
    looker: Looker,
    wanted: SlotArguments,
    providers: Sequence[HealthcareProvider],
) -> list[tuple[HealthcareProvider, list[Slot]]]:
    within = _within(looker, wanted)
    if within is None:
        return []
    first, last = PARTS_OF_DAY[wanted.part_of_day]
    anything = wanted.part_of_day == "any" and wanted.type != "in_person"
    most = MOST_SLOTS if anything else MOST_LOOKED_AT
    free = await availability.free_slots(session, providers, within, looker.now, most=most)
    found = []
    for one in providers:
        fitting = [
            slot
            for slot in free.get(one.id, ())
            if first <= slot.span.start.astimezone(looker.zone).hour < last
            and _fits(slot, wanted.type)
        ]
        if fitting:
            found.append((one, fitting[:MOST_SLOTS]))
    return found[:MOST_PROVIDERS]


def _within(looker: Looker, wanted: SlotArguments) -> Span | None:
    """The stretch of time that is looked at; None where it is over, or has no day."""
    now = looker.now.astimezone(looker.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = now
    if wanted.not_before is not None and wanted.not_before > now.date():
        ahead = min((wanted.not_before - now.date()).days, 365)
        first = midnight + dt.timedelta(days=ahead)
    last = first + dt.timedelta(days=SLOT_DAYS)
    if wanted.not_after is not None:
        days = (wanted.not_after - first.date()).days + 1
        start = first.replace(hour=0, minute=0, second=0, microsecond=0)
        last = start + dt.timedelta(days=max(0, min(days, MOST_DAYS)))
    span = Span(first.astimezone(dt.UTC), last.astimezone(dt.UTC))
    return span if span.start < span.end else None


def _minutes(slot: Slot) -> int:
    return round((slot.span.end - slot.span.start).total_seconds() / 60)


def _fits(slot: Slot, wanted: VisitType) -> bool:
    """Whether a visit can be so: by video at any time, in person only where there is a place."""
    return wanted != "in_person" or slot.rule.hospital_id is not None


def _type(slot: Slot, wanted: VisitType) -> Literal["in_person", "video"]:
    return "video" if wanted == "video" or slot.rule.hospital_id is None else "in_person"


class ProposalArguments(Arguments):
    """One of the free times that were found."""

    provider_id: UUID
    starts_at: AwareDatetime
    reason: Word = ""
    type: VisitType = Field(default="any", description="As it was looked for.")


async def propose_booking(looker: Looker, wanted: ProposalArguments) -> Found:
    """Put a free time before the user. Nothing is booked: only the user's own yes does that."""
    start = wanted.starts_at.astimezone(dt.UTC)
    async with looker.database.read() as session:
        saw(looker.user_id)
        provider = await session.get(HealthcareProvider, wanted.provider_id)
        if provider is None or not provider.is_active or provider.user_id == looker.user_id:
            return Found({"error": "there is no such provider"})
        within = Span(start, start + dt.timedelta(days=1))
        free = await availability.free_slots(session, [provider], within, looker.now, most=1)
    slots = [slot for slot in free.get(provider.id, ()) if slot.span.start == start]
    slots = [slot for slot in slots if _fits(slot, wanted.type)]
    if not slots:
        return Found({"error": "this time is not free; look for free times again"})
    name = f"{provider.first_name} {provider.last_name}".strip()
    minutes = _minutes(slots[0])
    kind = _type(slots[0], wanted.type)
    proposal = Proposal(provider.id, name, start, minutes, kind, wanted.reason)
    data = {
        "proposed": {
            "with": untrusted(name),
            "starts_at": looker.local(start),
            "duration_minutes": minutes,
            "type": kind,
        },
        "booked": False,
        "note": "The person sees the proposal and has to agree to it themselves.",
    }
    return Found(data, [Fact("slot", name, minutes, "min", start)], proposal, [name])


TOOLS: Final = (
    ToolPart("read_medications", "Medications taken now.", NoArguments, read_medications),
    ToolPart("read_appointments", "Appointments to come.", NoArguments, read_appointments),
    ToolPart("read_background", "Age, sex, conditions, allergies.", NoArguments, read_background),
    ToolPart(
        "find_slots",
        "Free times with providers: of a name or a specialization, in person or by video, between "
        "two days, in a part of the day.",
        SlotArguments,
        find_slots,
    ),
    ToolPart(
        "propose_booking",
        "Put one free time before the person, who may then agree. Books nothing.",
        ProposalArguments,
        propose_booking,
    ),
)
