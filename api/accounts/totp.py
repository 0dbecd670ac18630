"""Second factors to type: an authenticator app (RFC 6238) and recovery codes."""

import base64
import io
import secrets
import time
from uuid import UUID

import pyotp
import segno

from api.accounts.factor_schemas import Enrolment, SecondFactors
from api.accounts.verification import tell
from api.auth import Caller
from api.errors import (
    InvalidLinkError,
    SecondFactorNeededError,
    SecondFactorNotSetError,
    SecondFactorSetError,
)
from api.services import Services
from storage.engine import ReadSession, WriteSession
from storage.queries import logins, second_factors

ISSUER = "JEGHealth"
STEP_SECONDS = 30
SKEW_STEPS = 1
"""A telephone's clock may be as much ahead or behind."""
CODE_DIGITS = 6
CODES = 10
CODE_BYTES = 10
_ALPHABET = str.maketrans("01", "OL")


def secret(parts: Services, totp_id: UUID) -> str:
    """Base32 of the 160 bits that the app shares: made of the row's id, kept nowhere."""
    return base64.b32encode(parts.vouchers.secret("totp", totp_id)[:20]).decode()


def step_of(parts: Services, totp_id: UUID, code: str, now: float) -> int | None:
    """The time step that a code is of; None when it is of none near now."""
    app = pyotp.TOTP(secret(parts, totp_id), interval=STEP_SECONDS)
    current = int(now) // STEP_SECONDS
    near = range(current - SKEW_STEPS, current + SKEW_STEPS + 1)
    # Every step is compared, so that the time does not tell which it was.
    fits = [
        one for one in near if secrets.compare_digest(app.generate_otp(one).encode(), code.encode())
    ]
    return fits[0] if fits else None


async def overview(parts: Services, session: ReadSession, caller: Caller) -> SecondFactors:
    """What the caller has set up."""
    has = await second_factors.factors(session, caller.id)
    return SecondFactors(
        totp=has.totp,
        totp_since=has.totp_confirmed_at,
        recovery_codes=has.recovery_codes,
        passkeys=has.passkeys,
        required=_required(parts, caller),
    )


async def enrol(parts: Services, session: WriteSession, caller: Caller) -> Enrolment:
    """Begin with an app: its secret, once.

    Raises:
        SecondFactorSetError: beside one that is confirmed.
    """
    totp_id = await second_factors.begin_totp(session, caller.id)
    if totp_id is None:
        raise SecondFactorSetError
    shared = secret(parts, totp_id)
    uri = pyotp.TOTP(shared, name=caller.account.email, issuer=ISSUER).provisioning_uri()
    drawn = io.BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", xmldecl=False, scale=4, light="#fff")
    return Enrolment(secret=shared, uri=uri, qr_svg=drawn.getvalue().decode())


async def confirm(parts: Services, session: WriteSession, caller: Caller, code: str) -> list[str]:
    """Finish with the app's first code; recovery codes, once, unless there are some.

    Raises:
        SecondFactorNotSetError: when none was begun.
        SecondFactorSetError: when it is confirmed already.
        InvalidLinkError: when the code is wrong.
    """
    has = await second_factors.factors(session, caller.id)
    if has.totp_id is None:
        raise SecondFactorNotSetError
    if has.totp:
        raise SecondFactorSetError
    step = step_of(parts, has.totp_id, code, time.time())
    if step is None or not await second_factors.take_step(session, has.totp_id, step):
        raise InvalidLinkError
    await logins.make_strong(session, caller.session_id)
    told = {"about": "factor_added", "title": "An authenticator app was set up"}
    await tell(session, caller.id, f"account:totp:{has.totp_id}", told)
    return await first_codes(parts, session, caller.id)


async def first_codes(parts: Services, session: WriteSession, user_id: UUID) -> list[str]:
    """Recovery codes for whoever has none."""
    has = await second_factors.factors(session, user_id)
    return [] if has.recovery_codes else await new_codes(parts, session, user_id)


async def new_codes(parts: Services, session: WriteSession, user_id: UUID) -> list[str]:
    """Ten recovery codes in place of all others; told once, kept as digests.

    Raises:
        SecondFactorNotSetError: when there is no second factor to be lost.
    """
    has = await second_factors.factors(session, user_id)
    if not has.totp and not has.passkeys:
        raise SecondFactorNotSetError
    plain = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    await second_factors.replace_codes(session, user_id, [_digest(parts, one) for one in plain])
    return ["-".join(one[i : i + 4] for i in range(0, len(one), 4)) for one in plain]


async def disable(parts: Services, session: WriteSession, caller: Caller) -> None:
    """Take the app away, and the recovery codes when nothing is left for them to stand in for.

    Raises:
        SecondFactorNotSetError: when there is none.
        SecondFactorNeededError: when a role of the caller's needs it.
    """
    has = await second_factors.factors(session, caller.id)
    if has.totp_id is None:
        raise SecondFactorNotSetError
    require_another(parts, caller, left=has.passkeys)
    await second_factors.end_totp(session, caller.id)
    if not has.passkeys:
        await second_factors.forget_codes(session, caller.id)
    told = {"about": "factor_removed", "title": "An authenticator app was removed"}
    await tell(session, caller.id, f"account:totp:{has.totp_id}:removed", told)


def require_another(parts: Services, caller: Caller, *, left: int) -> None:
    """Let the last factor go only of those who need none.

    Raises:
        SecondFactorNeededError: when a role of the caller's needs one.
    """
    if not left and _required(parts, caller):
        raise SecondFactorNeededError


async def shown_factor(
    parts: Services, session: WriteSession, user_id: UUID, code: str
) -> str | None:
    """Take a code of the app, or a recovery code; which it was, None when it was neither."""
    has = await second_factors.factors(session, user_id)
    typed = "".join(code.split()).replace("-", "").upper()
    if has.totp_id is not None and has.totp and len(typed) <= CODE_DIGITS:
        step = step_of(parts, has.totp_id, typed, time.time())
        taken = step is not None and await second_factors.take_step(session, has.totp_id, step)
        return "totp" if taken else None
    digest = _digest(parts, typed.translate(_ALPHABET))
    if not await second_factors.spend_code(session, user_id, digest):
        return None
    told = {"about": "recovery_code_used", "title": "A recovery code was used"}
    await tell(session, user_id, f"account:recovery:{digest.hex()[:32]}", told)
    return "recovery_code"


def _digest(parts: Services, code: str) -> bytes:
    return parts.vouchers.digest("recovery_code", code.encode())


def _required(parts: Services, caller: Caller) -> bool:
    return not parts.settings.second_factor_roles.isdisjoint(caller.account.roles)
