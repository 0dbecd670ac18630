"""Shapes of the catalogue: categories and medicines."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from api.accounts.profile_schemas import LongText
from api.schemas import Input, Name, ShortText

MOST_CLASSES = 20
_NOTES = (
    "Lines `severity: name, name - {what}`, severity one of severe, moderate and mild; what has "
    "another form stays text, in which names are still looked for."
)
CatalogueKey = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")
]


class MedicationCategoryInput(Input):
    """A category."""

    name: Name = Field(examples=["Antibiotics"])
    description: LongText = ""


class MedicationCategory(BaseModel):
    """A category of medicines."""

    id: UUID
    name: str = Field(examples=["Antibiotics"])
    description: str
    created_at: dt.datetime


class MedicationFields(Input):
    """What is said of a medicine."""

    name: Name = Field(examples=["Amoxicillin 500 mg capsules"])
    generic_name: ShortText = Field(
        default="", examples=["amoxicillin"], description="Active ingredients, joined by + or /."
    )
    brand_name: ShortText = Field(default="", examples=["Amoxil"])
    category_id: UUID | None = Field(default=None, examples=[None])
    form: ShortText = Field(default="", examples=["capsule"])
    strength: ShortText = Field(default="", examples=["500 mg"])
    manufacturer: ShortText = ""
    description: LongText = ""
    side_effects: LongText = ""
    contraindications: LongText = Field(default="", description=_NOTES.format(what="why"))
    interactions: LongText = Field(default="", description=_NOTES.format(what="effect"))
    drug_classes: list[Name] = Field(
        default=[],
        max_length=MOST_CLASSES,
        examples=[["penicillins"]],
        description="Pharmacological classes that allergies and interactions may name.",
    )
    storage_instructions: LongText = ""
    requires_prescription: bool = False
    is_active: bool = Field(default=True, description="Whether it may be entered anew.")


class MedicationInput(MedicationFields):
    """A new medicine."""

    catalogue_key: CatalogueKey | None = Field(
        default=None,
        examples=["ke-amoxicillin-500"],
        description="What imports know it by, for good; left out, its id.",
    )


class MedicationPatch(MedicationFields):
    """The same; what is left out stays."""

    name: Name = ""


class MedicationRef(BaseModel):
    """Which medicine."""

    id: UUID
    name: str
    generic_name: str
    brand_name: str
    form: str
    strength: str


class Medication(MedicationRef):
    """A medicine of the catalogue."""

    catalogue_key: str
    category: MedicationCategory | None
    manufacturer: str
    description: str
    side_effects: str
    contraindications: str
    interactions: str
    drug_classes: list[str]
    storage_instructions: str
    requires_prescription: bool
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime
