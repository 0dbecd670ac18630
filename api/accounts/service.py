"""Rules of accounts: one per e-mail address, and refresh tokens that are used once."""

from uuid import UUID, uuid4

from api.accounts.schemas import AccountInput, LoggedIn, Login, TokenPair, User
from api.errors import EmailExistsError, InvalidCredentialsError, InvalidTokenError
from api.services import Services
from storage.engine import WriteSession
from storage.queries import accounts
from telemetry.logs import logger


async def register(parts: Services, wanted: AccountInput) -> LoggedIn:
    """Open an account with the role patient and log it in.

    Raises:
        EmailExistsError: when the address has an account, also one made a moment ago.
    """
    hashed = await parts.passwords.hash(wanted.password.get_secret_value())
    new = accounts.NewAccount(password_hash=hashed, **wanted.model_dump(exclude={"password"}))
    async with parts.database.write() as session:
        user_id = await accounts.add(session, new)
        if user_id is None:
            raise EmailExistsError
        return await _log_in(parts, session, user_id)


async def log_in(parts: Services, login: Login) -> LoggedIn:
    """Check e-mail address and password; an unknown address takes as long as a wrong password.

    Raises:
        InvalidCredentialsError: when they do not belong together, or the account cannot log in.
    """
    async with parts.database.read() as reading:
        known = await accounts.credentials(reading, login.email.lower())
    user_id, expected = known or (None, None)
    matches = await parts.passwords.verify(login.password.get_secret_value(), expected)
    if user_id is None or not matches:
        raise InvalidCredentialsError
    async with parts.database.write() as session:
        return await _log_in(parts, session, user_id)


async def refresh(parts: Services, token: str) -> TokenPair:
    """Exchange a refresh token for a new pair.

    A token that comes a second time was copied: every token of its login is revoked, since nobody
    can tell the thief from the owner.

    Raises:
        InvalidTokenError: when it is forged, expired, revoked, used or of an inactive account.
    """
    claims = parts.tokens.read("refresh", token)
    async with parts.database.write() as session:
        spent = await accounts.spend_token(session, claims.token_id)
        if spent is None:
            revoked = await accounts.revoke_family(session, claims.token_id)
        else:
            family, user_id = spent
            account = await accounts.find(session, user_id)
            if account is not None:
                return await _issue(parts, session, user_id, family)
            revoked = await accounts.revoke_family(session, claims.token_id)
    logger().warning("refresh_token_refused", family=str(revoked), user_id=str(claims.user_id))
    raise InvalidTokenError


async def log_out(parts: Services, token: str) -> None:
    """Revoke every refresh token of the login that this one comes from."""
    claims = parts.tokens.read("refresh", token)
    async with parts.database.write() as session:
        await accounts.revoke_family(session, claims.token_id)


async def _log_in(parts: Services, session: WriteSession, user_id: UUID) -> LoggedIn:
    account = await accounts.find(session, user_id)
    if account is None:
        raise InvalidCredentialsError
    await accounts.logged_in(session, user_id)
    pair = await _issue(parts, session, user_id, uuid4())
    return LoggedIn(**pair.model_dump(), user=User.model_validate(account, from_attributes=True))


async def _issue(parts: Services, session: WriteSession, user_id: UUID, family: UUID) -> TokenPair:
    access, claims = parts.tokens.issue("access", user_id)
    renewal, kept = parts.tokens.issue("refresh", user_id)
    await accounts.store_token(
        session, accounts.Token(kept.token_id, family, user_id, kept.expires_at)
    )
    return TokenPair(access=access, refresh=renewal, access_expires_at=claims.expires_at)
