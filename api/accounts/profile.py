"""One's own profile, its picture, and another e-mail address."""

from collections.abc import Mapping

from fastapi import Response

from api.accounts.images import signed_path
from api.accounts.profile_schemas import Profile, ProfileInput
from api.accounts.verification import bound, send_email_link, tell
from api.auth import Caller
from api.preconditions import Edit, tag, tag_of
from api.services import Services
from storage.engine import ReadSession, WriteSession
from storage.models import UserProfile
from storage.queries import accounts, profiles


async def shown(parts: Services, session: ReadSession | WriteSession, caller: Caller) -> Profile:
    """The caller's profile; an account without one has the empty one."""
    user, found = await profiles.profile(session, caller.id)
    own = found or UserProfile(
        **dict.fromkeys(_TEXTS, ""), **dict.fromkeys(_SWITCHES, True), updated_at=user.updated_at
    )
    return Profile(
        id=user.id,
        username=user.username,
        email=user.email or "",
        first_name=user.first_name,
        last_name=user.last_name,
        full_name=user.full_name,
        roles=list(caller.account.roles),
        phone_number=user.phone_number,
        date_of_birth=user.date_of_birth,
        profile_image=signed_path(parts.vouchers, user.profile_image),
        emergency_contact_name=user.emergency_contact_name,
        emergency_contact_phone=user.emergency_contact_phone,
        is_email_verified=user.is_email_verified,
        is_phone_verified=user.is_phone_verified,
        time_zone=user.time_zone,
        last_login=user.last_login,
        created_at=user.created_at,
        updated_at=max(user.updated_at, own.updated_at),
        height=own.height,
        weight=own.weight,
        bmi=None if own.bmi is None else round(own.bmi, 1),
        **{name: getattr(own, name) for name in (*_TEXTS, *_SWITCHES)},
    )


_TEXTS = (
    "gender",
    "blood_type",
    "medical_conditions",
    "current_medications",
    "allergies",
    "health_goals",
    "activity_level",
)
_SWITCHES = ("email_notifications", "push_notifications", "health_reminders")


async def change(
    parts: Services,
    session: WriteSession,
    caller: Caller,
    edit: Edit,
    values: Mapping[str, object],
) -> Profile:
    """Set fields, and tell what the profile is then.

    Raises:
        PreconditionFailedError: when it is not what the caller saw.
    """
    await edit.lock(session, caller.id)
    edit.check(_editable(await shown(parts, session, caller)))
    await profiles.change(session, caller.id, values)
    return await shown(parts, session, caller)


def with_tag(response: Response, told: Profile) -> Profile:
    """Send a profile with its tag, of what can be set: logins and signatures change it not."""
    tag(response, tag_of(_editable(told)))
    return told


def _editable(told: Profile) -> ProfileInput:
    # Not judged anew: what is stored may be older than a rule.
    names = ProfileInput.model_fields.keys()
    return ProfileInput.model_construct(**{name: getattr(told, name) for name in names})


async def ask_email(session: WriteSession, caller: Caller, email: str) -> None:
    """Mail a link to an address that is to become the account's, and tell the present one.

    To one that has an account nothing is sent, and the answer is the same.

    Raises:
        TooManyLettersError: when as many were sent as may be.
    """
    await bound(session, caller.id, "verify_email")
    taken = await accounts.credentials(session, email)
    if taken is None:
        await send_email_link(session, caller.id, email)
        told = {"about": "email_change", "title": "Another e-mail address was asked for"}
        key = f"account:{caller.id}:email:{caller.session_id}"
        await tell(session, caller.id, key, told)
