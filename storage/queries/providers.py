"""Providers: found by words, place, fee and rating; entered, changed, and where they work."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider, Hospital, ProviderHospital
from storage.queries import words
from storage.queries.hospitals import in_city

Position = tuple[float, str, str, UUID]
"""How ill it fits (or fee, or rating), last name, first name, id."""
Session = ReadSession | WriteSession
Sort = Literal["relevance", "name", "fee", "rating"]
Condition = ColumnElement[bool]
_WORDS: Final = func.provider_words(
    HealthcareProvider.first_name,
    HealthcareProvider.last_name,
    HealthcareProvider.specialization,
    HealthcareProvider.hospital_clinic,
    HealthcareProvider.bio,
)
_NOT_RATED: Final = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked of providers; None asks for all.

    Attributes:
        text: Words of a name, a specialization, a place or what they say of themselves.
        name: Words of a name.
        city: Of a hospital where they work.
        min_rating: Of those who are rated.

    """

    text: str | None = None
    name: str | None = None
    specialization: str | None = None
    city: str | None = None
    hospital_id: UUID | None = None
    min_fee: Decimal | None = None
    max_fee: Decimal | None = None
    min_rating: float | None = None
    active: bool | None = True
    sort: Sort = "relevance"


@dataclass(frozen=True, slots=True)
class Found:
    """A provider in a list."""

    provider: HealthcareProvider
    misfit: float

    @property
    def position(self) -> Position:
        """Place in the list."""
        one = self.provider
        return (self.misfit, one.last_name, one.first_name, one.id)


@dataclass(frozen=True, slots=True)
class Workplace:
    """A hospital where a provider works."""

    hospital: Hospital
    is_primary: bool


async def page(
    session: ReadSession, wanted: Search, *, after: Position | None, limit: int
) -> list[Found]:
    """Providers, those that fit best first, then by name; at most `limit`."""
    await words.prepare(session)
    provider = HealthcareProvider
    conditions = _plain(wanted)
    if wanted.city is not None or wanted.hospital_id is not None:
        conditions.append(await _works(session, wanted))
    misfit: ColumnElement[float] = literal(0.0, Float)
    for asked, find in (
        (wanted.specialization, _specialized),
        (wanted.name, _named),
        (wanted.text, _about),
    ):
        if asked is not None:
            condition, one = await find(session, asked, conditions)
            conditions.append(condition)
            misfit += one
    misfit = {
        "relevance": misfit,
        "name": literal(0.0, Float),
        "fee": cast(provider.consultation_fee, Float),
        "rating": -_rating(),
    }[wanted.sort]
    order = (misfit, provider.last_name, provider.first_name, provider.id)
    statement = select(provider, misfit.label("misfit")).where(*conditions)
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    searched = wanted.text or wanted.name or wanted.specialization
    ranked = wanted.sort in {"fee", "rating"} or (wanted.sort == "relevance" and searched)
    found = await session.execute(statement.order_by(*order[0 if ranked else 1 :]).limit(limit))
    return [Found(*row) for row in found]


def _rating() -> ColumnElement[float]:
    mean = cast(HealthcareProvider.rating_sum, Float) / func.nullif(
        HealthcareProvider.rating_count, 0
    )
    return func.coalesce(mean, _NOT_RATED)


def _plain(wanted: Search) -> list[Condition]:
    provider = HealthcareProvider
    conditions: list[Condition] = []
    if wanted.active is not None:
        conditions.append(provider.is_active.is_(wanted.active))
    if wanted.min_fee is not None:
        conditions.append(provider.consultation_fee >= wanted.min_fee)
    if wanted.max_fee is not None:
        conditions.append(provider.consultation_fee <= wanted.max_fee)
    if wanted.min_rating is not None:
        conditions.append(_rating() >= wanted.min_rating)
    return conditions


async def _works(session: ReadSession, wanted: Search) -> Condition:
    place = [ProviderHospital.provider_id == HealthcareProvider.id]
    if wanted.hospital_id is not None:
        place.append(ProviderHospital.hospital_id == wanted.hospital_id)
    if wanted.city is not None:
        place += [
            Hospital.id == ProviderHospital.hospital_id,
            await in_city(session, wanted.city),
        ]
    return exists().where(*place)


Matched = tuple[Condition, ColumnElement[float]]


async def _specialized(
    session: ReadSession, asked: str, conditions: Collection[Condition]
) -> Matched:
    return await _matching(session, asked, "B", conditions, (HealthcareProvider.specialization,))


async def _named(session: ReadSession, asked: str, conditions: Collection[Condition]) -> Matched:
    names = (HealthcareProvider.first_name, HealthcareProvider.last_name)
    return await _matching(session, asked, "A", conditions, names)


async def _about(session: ReadSession, asked: str, conditions: Collection[Condition]) -> Matched:
    provider = HealthcareProvider
    columns = (provider.first_name, provider.last_name, provider.specialization)
    return await _matching(session, asked, "", conditions, columns)


async def _matching(
    session: ReadSession,
    asked: str,
    weights: str,
    conditions: Collection[Condition],
    columns: Sequence[words.Words],
) -> Matched:
    """Where the words are; where they are nowhere, what is written nearly so in these columns."""
    for query in (words.query(asked, weights), words.swapped(asked, weights)):
        if query is None:
            continue
        written = _WORDS.op("@@")(query)
        if await session.scalar(select(exists().where(written, *conditions))):
            return written, cast(-func.ts_rank(_WORDS, query), Float)
    near = or_(*(words.near(column, asked) for column in columns))
    return near, -words.nearness(asked, *columns)


async def get(session: Session, provider_id: UUID) -> HealthcareProvider | None:
    """One provider."""
    found: HealthcareProvider | None = await session.scalar(
        select(HealthcareProvider)
        .where(HealthcareProvider.id == provider_id)
        .execution_options(populate_existing=True)
    )
    return found


async def practised(session: Session, specialization: str) -> bool:
    """Whether any active provider has this specialization, written in lower case."""
    query = words.query(specialization, "B")
    if query is None:
        return False
    provider = HealthcareProvider
    same = func.lower(provider.specialization) == specialization
    found = exists().where(_WORDS.op("@@")(query), same, provider.is_active)
    return bool(await session.scalar(select(found)))


async def workplaces(
    session: Session, provider_ids: Collection[UUID], city: str | None = None
) -> dict[UUID, list[Workplace]]:
    """Where providers work, the primary hospital first, then by name; one query for all."""
    link = ProviderHospital
    statement = (
        select(link.provider_id, Hospital, link.is_primary)
        .join(Hospital, Hospital.id == link.hospital_id)
        .where(link.provider_id.in_(provider_ids))
        .order_by(link.is_primary.desc(), Hospital.name)
    )
    if city is not None:
        statement = statement.where(await in_city(session, city))
    found: dict[UUID, list[Workplace]] = defaultdict(list)
    for provider_id, hospital, is_primary in await session.execute(statement):
        found[provider_id].append(Workplace(hospital, is_primary))
    return found


async def taken(
    session: Session,
    column: Literal["email", "license_number", "user_id"],
    value: object,
    but: UUID | None = None,
) -> bool:
    """Whether another provider has this e-mail address, licence or account."""
    named = getattr(HealthcareProvider, column)
    same = func.lower(named) == str(value).lower() if column == "email" else named == value
    others = [] if but is None else [HealthcareProvider.id != but]
    return bool(await session.scalar(select(exists().where(same, *others))))


async def add(session: WriteSession, values: Mapping[str, Any]) -> HealthcareProvider:
    """Enter a provider."""
    provider = HealthcareProvider(**values)
    session.add(provider)
    await session.flush()
    await session.refresh(provider)
    return provider


async def change(
    session: WriteSession, provider: HealthcareProvider, values: Mapping[str, Any]
) -> None:
    """Change some fields of a provider."""
    for name, value in values.items():
        setattr(provider, name, value)
    await session.flush()
    await session.refresh(provider)


async def place(
    session: WriteSession, provider_id: UUID, hospital_ids: Sequence[UUID], primary: UUID | None
) -> None:
    """Let a provider work at these hospitals and no others; `primary` is the first of them."""
    link = ProviderHospital
    mine = link.provider_id == provider_id
    await session.execute(delete(link).where(mine, link.hospital_id.not_in(hospital_ids)))
    # First nobody, then one: there is never more than one at a time.
    await session.execute(
        update(link)
        .where(mine, link.hospital_id.is_distinct_from(primary))
        .values(is_primary=False)
    )
    for hospital_id in hospital_ids:
        await session.execute(
            insert(link)
            .values(
                provider_id=provider_id,
                hospital_id=hospital_id,
                is_primary=hospital_id == primary,
            )
            .on_conflict_do_update(
                index_elements=["provider_id", "hospital_id"],
                set_={"is_primary": hospital_id == primary},
            )
        )
