"""A user's own data: every field of the account and its profile."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import User, UserProfile
from storage.queries import inbox, medication_plans

PROFILE_FIELDS = frozenset(
    {
        "gender",
        "height",
        "weight",
        "blood_type",
        "medical_conditions",
        "current_medications",
        "allergies",
        "health_goals",
        "activity_level",
        "email_notifications",
        "push_notifications",
        "health_reminders",
    }
)
"""Those of UserProfile; the others are the account's."""
_CONTACT = frozenset({"emergency_contact_name", "emergency_contact_phone"})


async def profile(
    session: ReadSession | WriteSession, user_id: UUID
) -> tuple[User, UserProfile | None]:
    """An account that exists, with its profile."""
    statement = (
        select(User, UserProfile)
        .outerjoin(UserProfile, UserProfile.user_id == User.id)
        .where(User.id == user_id)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).one()
    return row[0], row[1]


async def change(session: WriteSession, user_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these fields.

    Another telephone number is an unproved one. A consent to tell the emergency contact is for the
    person who was named then: another one ends it.
    """
    of_user = {name: value for name, value in values.items() if name not in PROFILE_FIELDS}
    of_profile = {name: value for name, value in values.items() if name in PROFILE_FIELDS}
    if "phone_number" in of_user:
        same = User.phone_number == of_user["phone_number"]
        of_user["is_phone_verified"] = User.is_phone_verified & same
    contact = {name: of_user[name] for name in _CONTACT & of_user.keys()}
    other = bool(contact) and await _differs(session, user_id, contact)
    if of_user:
        await session.execute(update(User).where(User.id == user_id).values(of_user))
    if other:
        await inbox.consent(session, user_id, inbox.EMERGENCY_CONTACT, given=False)
    if "time_zone" in of_user:
        await medication_plans.look_soon(session, user_id)
    if of_profile:
        await session.execute(
            insert(UserProfile)
            .values(user_id=user_id, **of_profile)
            .on_conflict_do_update(
                index_elements=["user_id"], set_={**of_profile, "updated_at": func.now()}
            )
        )


async def _differs(session: WriteSession, user_id: UUID, contact: Mapping[str, Any]) -> bool:
    """Whether the emergency contact is another one; whoever consents meanwhile waits."""
    statement = select(User).where(User.id == user_id).with_for_update()
    user = (await session.scalars(statement.execution_options(populate_existing=True))).one()
    return any(getattr(user, name) != value for name, value in contact.items())


async def set_image(session: WriteSession, user_id: UUID, key: str) -> str:
    """Name the file of a user's picture, empty for none; the one before."""
    statement = select(User.profile_image).where(User.id == user_id).with_for_update()
    before: str = (await session.scalars(statement)).one()
    await session.execute(update(User).where(User.id == user_id).values(profile_image=key))
    return before
