"""Passkeys (WebAuthn level 3): adding them, and logging in with one alone.

The device checks who holds it (user verification is required), so a passkey is both factors.
Challenges are made from ids of rows that are used once.
"""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.accounts.factor_schemas import PasskeyAnswer, PasskeyInput, PasskeyOptions
from api.accounts.verification import tell
from api.auth import Caller
from api.errors import (
    InvalidPasskeyError,
    NotFoundError,
    PasskeyRefusedError,
    TooManyPasskeysError,
)
from api.services import Services
from storage.access import tried
from storage.engine import WriteSession
from storage.models import Passkey
from storage.queries import logins, one_time_tokens, second_factors
from telemetry.logs import logger
from telemetry.vouchers import Purpose

LIFE = dt.timedelta(minutes=5)
NAME = "JEGHealth"
LOCALHOST = "localhost"
LOOPBACK = {"127.0.0.1", "::1"}


def _origin(parts: Services) -> tuple[str, str]:
    """Where passkeys are good: the host of the public URL, and its origin.

    Browsers make none for an address, but this machine's own has a name.
    """
    url = urlsplit(parts.settings.public_url)
    if url.hostname in LOOPBACK:
        place = LOCALHOST if url.port is None else f"{LOCALHOST}:{url.port}"
        return LOCALHOST, f"{url.scheme}://{place}"
    return url.hostname or "", f"{url.scheme}://{url.netloc}"


async def adding(parts: Services, session: WriteSession, caller: Caller) -> PasskeyOptions:
    """Options for `navigator.credentials.create`.

    Raises:
        TooManyPasskeysError: when there are as many as there may be.
    """
    known = await second_factors.passkeys(session, caller.id)
    if len(known) >= second_factors.MOST_PASSKEYS:
        raise TooManyPasskeysError
    row = await one_time_tokens.add(session, "add_passkey", LIFE, caller.id)
    options = webauthn.generate_registration_options(
        rp_id=_origin(parts)[0],
        rp_name=NAME,
        user_name=caller.account.email,
        user_id=caller.id.bytes,
        user_display_name=f"{caller.account.first_name} {caller.account.last_name}",
        challenge=parts.vouchers.secret("add_passkey", row),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.credential_id) for one in known],
    )
    return PasskeyOptions(id=row, public_key=options_to_json_dict(options))


async def add(
    parts: Services, session: WriteSession, caller: Caller, body: PasskeyInput
) -> Passkey:
    """Keep a passkey that the caller's device has made.

    Raises:
        PasskeyRefusedError: when its answer is not to our challenge, or the passkey is known.
    """
    challenge = await _challenge(parts, session, "add_passkey", body.id, caller.id)
    if challenge is None:
        raise PasskeyRefusedError
    rp_id, origin = _origin(parts)
    try:
        made = webauthn.verify_registration_response(
            credential=body.credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except _MALFORMED as error:
        raise PasskeyRefusedError from error
    wanted = Passkey(
        user_id=caller.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(body.credential),
        name=body.name,
    )
    added = await second_factors.add_passkey(session, wanted)
    if added is None:
        raise PasskeyRefusedError
    await logins.make_strong(session, caller.session_id)
    told = {"about": "factor_added", "title": "A passkey was added"}
    await tell(session, caller.id, f"account:passkey:{added.id}", told)
    return added


async def remove(session: WriteSession, caller: Caller, passkey_id: UUID) -> None:
    """Forget a passkey.

    Raises:
        NotFoundError: when the caller has no such one.
    """
    if not await second_factors.remove_passkey(session, caller.id, passkey_id):
        raise NotFoundError
    has = await second_factors.factors(session, caller.id)
    if not has.totp and not has.passkeys:
        await second_factors.forget_codes(session, caller.id)
    told = {"about": "factor_removed", "title": "A passkey was removed"}
    await tell(session, caller.id, f"account:passkey:{passkey_id}:removed", told)


async def asking(parts: Services) -> PasskeyOptions:
    """Options for `navigator.credentials.get`; the same for everybody, of whom nothing is known."""
    async with parts.database.write() as session:
        row = await one_time_tokens.add(session, "use_passkey", LIFE)
    options = webauthn.generate_authentication_options(
        rp_id=_origin(parts)[0],
        challenge=parts.vouchers.secret("use_passkey", row),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyOptions(id=row, public_key=options_to_json_dict(options))


async def used(parts: Services, session: WriteSession, body: PasskeyAnswer) -> UUID:
    """Whose passkey answered.

    Raises:
        InvalidPasskeyError: when it is unknown, its answer is not to our challenge, or its counter
            shows that there is a copy of it.
    """
    challenge = await _challenge(parts, session, "use_passkey", body.id)
    try:
        known = await second_factors.passkey(session, base64url_to_bytes(body.credential["id"]))
        if challenge is None or known is None:
            raise InvalidPasskeyError
        tried(known.user_id)
        rp_id, origin = _origin(parts)
        shown = webauthn.verify_authentication_response(
            credential=body.credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED as error:
        logger().warning("passkey_refused", error=type(error).__name__)
        raise InvalidPasskeyError from error
    await second_factors.passkey_used(session, known.id, shown.new_sign_count)
    return known.user_id


_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What the library raises for an answer that is wrong, and for one that is none at all."""


async def _challenge(
    parts: Services,
    session: WriteSession,
    purpose: Purpose,
    row: UUID,
    user_id: UUID | None = None,
) -> bytes | None:
    spent = await one_time_tokens.spend(session, row, purpose, user_id)
    return None if spent is None else parts.vouchers.secret(purpose, row)


def _transports(credential: dict[str, Any]) -> list[str]:
    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [one for one in told if isinstance(one, str)][:8] if isinstance(told, list) else []
