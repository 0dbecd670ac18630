"""The catalogue of medicines: categories, products, and finding them in spite of typing errors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Integer,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from storage.engine import ReadSession, WriteSession
from storage.models import Medication, MedicationCategory
from telemetry.medicines.substances import ingredients
from telemetry.medicines.warnings import Product

CategoryPosition = tuple[str, UUID]
"""Name and id: the order of the list."""
MedicationPosition = tuple[int, str, UUID]
"""How well it fits what was searched for, in thousandths downwards; name; id."""

_SIMILARITY: Final = 0.45
"""Of trigrams, from which a word counts as the one that was meant."""
_THOUSANDTHS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationFilter:
    """What is asked of the catalogue; None asks for all."""

    search: str | None = None
    category_id: UUID | None = None
    form: str | None = None
    requires_prescription: bool | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A medicine in a list, and how well it fits."""

    medication: Medication
    score: int

    @property
    def position(self) -> MedicationPosition:
        """Place in the list."""
        return (self.score, self.medication.name, self.medication.id)


async def categories(
    session: ReadSession, *, after: CategoryPosition | None, limit: int
) -> list[MedicationCategory]:
    """Categories by name, at most `limit`."""
    order = (MedicationCategory.name, MedicationCategory.id)
    statement = select(MedicationCategory).order_by(*order).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return list(await session.scalars(statement))


async def find_category(
    session: ReadSession | WriteSession, category_id: UUID
) -> MedicationCategory | None:
    """One category, as it is now."""
    return await session.get(MedicationCategory, category_id, populate_existing=True)


async def add_category(session: WriteSession, name: str, description: str) -> UUID | None:
    """Add a category; None when there is one of that name."""
    added: UUID | None = await session.scalar(
        insert(MedicationCategory)
        .values(id=uuid4(), name=name, description=description)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(MedicationCategory.id)
    )
    return added


async def change_category(
    session: WriteSession, category_id: UUID, name: str, description: str
) -> bool:
    """Change a category; False when another one has that name."""
    taken = select(
        exists().where(MedicationCategory.name == name, MedicationCategory.id != category_id)
    )
    if await session.scalar(taken):
        return False
    await session.execute(
        update(MedicationCategory)
        .where(MedicationCategory.id == category_id)
        .values(name=name, description=description)
    )
    return True


async def delete_category(session: WriteSession, category_id: UUID) -> bool:
    """Delete a category; False when a medicine is in it."""
    used = exists().where(Medication.category_id == category_id)
    gone = await session.scalar(
        delete(MedicationCategory)
        .where(MedicationCategory.id == category_id, ~used)
        .returning(MedicationCategory.id)
    )
    return gone is not None


async def page(
    session: ReadSession,
    wanted: MedicationFilter,
    *,
    after: MedicationPosition | None,
    limit: int,
) -> list[Found]:
    """Medicines, those first that fit best what is searched for, then by name; at most `limit`."""
    words = (wanted.search or "").lower()
    score: ColumnElement[int] = literal(0)
    conditions = _conditions(wanted)
    if words:
        # `<%` and its index go by it. For the connection: nobody else goes by this threshold, and a
        # session that reads has no transaction that the next statement is still part of.
        await session.execute(
            text("SELECT set_config('pg_trgm.word_similarity_threshold', :least, false)"),
            {"least": str(_SIMILARITY)},
        )
        likeness = func.word_similarity(words, Medication.search_text)
        contained = Medication.search_text.contains(words, autoescape=True)
        score = -func.round(likeness * _THOUSANDTHS).cast(Integer)
        alike = literal(words).op("<%", is_comparison=True)(Medication.search_text)
        conditions.append(or_(contained, alike))
    order = (score, Medication.name, Medication.id)
    statement = select(Medication, score).where(*conditions)
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    statement = statement.options(joinedload(Medication.category)).order_by(*order).limit(limit)
    return [Found(row[0], row[1]) for row in await session.execute(statement)]


def _conditions(wanted: MedicationFilter) -> list[ColumnElement[bool]]:
    asked = {
        Medication.category_id: wanted.category_id,
        Medication.requires_prescription: wanted.requires_prescription,
        Medication.is_active: wanted.is_active,
    }
    found = [column == value for column, value in asked.items() if value is not None]
    if wanted.form is not None:
        found.append(func.lower(Medication.form) == wanted.form.lower())
    return found


async def find(session: ReadSession | WriteSession, medication_id: UUID) -> Medication | None:
    """One medicine with its category, as it is now."""
    found: Medication | None = await session.scalar(
        select(Medication)
        .where(Medication.id == medication_id)
        .options(joinedload(Medication.category))
        .execution_options(populate_existing=True)
    )
    return found


async def add(session: WriteSession, values: Mapping[str, Any]) -> UUID | None:
    """Add a medicine; None when its key is taken. Without a key its id is its key."""
    medication_id = uuid4()
    key = values.get("catalogue_key") or str(medication_id)
    added: UUID | None = await session.scalar(
        insert(Medication)
        .values(id=medication_id, **{**values, "catalogue_key": key})
        .on_conflict_do_nothing(index_elements=["catalogue_key"])
        .returning(Medication.id)
    )
    return added


async def change(session: WriteSession, medication_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these fields; the key is never one of them."""
    await session.execute(update(Medication).where(Medication.id == medication_id).values(**values))


async def upsert(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Add medicines or make them what is said: key -> created, updated or unchanged.

    Args:
        session: In a transaction.
        rows: All with the same columns; each key once.

    """
    if not rows:
        return {}
    new = insert(Medication).values([{"id": uuid4(), **row} for row in rows])
    changed = [name for name in rows[0] if name != "catalogue_key"]
    differs = or_(
        *(getattr(Medication, name).is_distinct_from(new.excluded[name]) for name in changed)
    )
    statement = new.on_conflict_do_update(
        index_elements=["catalogue_key"],
        set_={name: new.excluded[name] for name in changed} | {"updated_at": func.now()},
        where=differs,
    ).returning(Medication.catalogue_key, text("xmax = 0"))
    outcome = {str(row["catalogue_key"]): "unchanged" for row in rows}
    for key, is_new in await session.execute(statement):
        outcome[key] = "created" if is_new else "updated"
    return outcome


async def category_ids(session: WriteSession, names: Collection[str]) -> dict[str, UUID]:
    """Ids of categories of these names; those that are missing are made."""
    if not names:
        return {}
    listed = sorted(names)
    await session.execute(
        insert(MedicationCategory)
        .values([{"id": uuid4(), "name": name} for name in listed])
        .on_conflict_do_nothing(index_elements=["name"])
    )
    found = await session.execute(
        select(MedicationCategory.name, MedicationCategory.id).where(
            MedicationCategory.name.in_(listed)
        )
    )
    return {row[0]: row[1] for row in found}


def product(medication: Medication) -> Product:
    """A medicine as what is checked for warnings; its category is loaded."""
    named = [] if medication.category is None else [medication.category.name]
    return Product(
        id=str(medication.id),
        name=medication.name,
        ingredients=ingredients(medication.generic_name, medication.name),
        classes=(*medication.drug_classes, *named),
        interactions=medication.interactions,
        contraindications=medication.contraindications,
    )


async def known_keys(session: WriteSession, keys: Collection[str]) -> set[str]:
    """Which of these keys the catalogue has."""
    found = select(Medication.catalogue_key).where(Medication.catalogue_key.in_(keys))
    return set(await session.scalars(found))
