"""Rules of logins: one account per address, sessions, and refresh tokens that are used once."""

from uuid import UUID, uuid4

from api.accounts.lockout import guard
from api.accounts.origin import Origin
from api.accounts.schemas import AccountInput, LoggedIn, Login, SecondStep, TokenPair, User
from api.accounts.totp import shown_factor
from api.accounts.verification import send_email_link
from api.errors import (
    EmailExistsError,
    InvalidCodeError,
    InvalidCredentialsError,
    InvalidTokenError,
    MfaRequiredError,
)
from api.services import Services
from storage.access import proved, tried
from storage.engine import WriteSession
from storage.queries import accounts, logins, second_factors
from telemetry.logs import logger


async def register(parts: Services, wanted: AccountInput, origin: Origin) -> LoggedIn:
    """Open an account with the role patient, log it in, and ask whether the address is theirs.

    Raises:
        EmailExistsError: when the address has an account, also one made a moment ago.
    """
    hashed = await parts.passwords.hash(wanted.password.get_secret_value())
    new = accounts.NewAccount(password_hash=hashed, **wanted.model_dump(exclude={"password"}))
    async with parts.database.write() as session:
        user_id = await accounts.add(session, new)
        if user_id is None:
            raise EmailExistsError
        await send_email_link(session, user_id, new.email)
        return await begin_session(parts, session, user_id, origin, "password")


async def log_in(parts: Services, login: Login, origin: Origin) -> LoggedIn:
    """Check e-mail address and password; an unknown address takes as long as a wrong password.

    Raises:
        InvalidCredentialsError: when they do not belong together, or the account cannot log in.
        LockedError: after too many wrong guesses, whether or not this one is right.
        MfaRequiredError: when a second factor is to be shown.
    """
    watch = guard(parts, login.email, origin)
    async with parts.database.read() as reading:
        await watch.check(reading)
        known = await accounts.credentials(reading, login.email.lower())
    if known is not None:
        tried(known.user_id)
    expected = known.password_hash if known else None
    matches = await parts.passwords.verify(login.password.get_secret_value(), expected)
    if known is None or not matches:
        await watch.failed(parts, known.user_id if known else None)
        raise InvalidCredentialsError
    async with parts.database.write() as session:
        # Of many guesses at once, none that ends after the lock is told that it was right.
        await watch.check(session)
        await _ask_second_factor(parts, session, known.user_id)
        await watch.passed(session)
        return await begin_session(parts, session, known.user_id, origin, "password")


async def _ask_second_factor(parts: Services, session: WriteSession, user_id: UUID) -> None:
    has = await second_factors.factors(session, user_id)
    methods = {"totp": has.totp, "recovery_code": has.recovery_codes, "passkey": has.passkeys}
    if has.totp or has.passkeys:
        ticket, _ = parts.tokens.issue("ticket", user_id, uuid4())
        raise MfaRequiredError(ticket, [name for name, there in methods.items() if there])


async def second_step(parts: Services, step: SecondStep, origin: Origin) -> LoggedIn:
    """Go on with a login whose password was right.

    Raises:
        InvalidTokenError: when the ticket is forged or too old: begin again.
        InvalidCodeError: when the code is wrong or was used.
        LockedError: after too many wrong guesses.
    """
    claims = parts.tokens.read("ticket", step.ticket.get_secret_value())
    async with parts.database.read() as reading:
        known = await accounts.credentials_of(reading, claims.user_id)
        if known is None:
            raise InvalidTokenError
        tried(known.user_id)
        watch = guard(parts, known.email, origin)
        await watch.check(reading)
    async with parts.database.write() as session:
        await watch.check(session)
        method = await shown_factor(parts, session, known.user_id, step.code)
        if method is not None:
            await watch.passed(session)
            return await begin_session(parts, session, known.user_id, origin, method)
    await watch.failed(parts, known.user_id)
    raise InvalidCodeError


async def refresh(parts: Services, token: str, origin: Origin) -> TokenPair:
    """Exchange a refresh token for a new pair.

    A token that comes a second time was copied: its session ends, since nobody can tell the thief
    from the owner.

    Raises:
        InvalidTokenError: when it is forged, expired, used, of an ended session or an inactive
            account.
    """
    claims = parts.tokens.read("refresh", token)
    async with parts.database.write() as session:
        spent = await logins.spend_token(session, claims.token_id)
        if spent is not None:
            session_id, user_id = spent
            account = await accounts.find(session, user_id)
            if account is not None:
                pair, kept = _issue(parts, user_id, session_id)
                proved(user_id, account.roles)
                await logins.renew(session, kept, origin.address, origin.user_agent)
                return pair
        ended = await logins.end_by_token(session, claims.token_id)
        tried(claims.user_id)
    logger().warning("refresh_token_refused", session_id=str(ended), user_id=str(claims.user_id))
    raise InvalidTokenError


async def log_out(parts: Services, token: str) -> None:
    """End the session that this refresh token is of, access tokens and all."""
    claims = parts.tokens.read("refresh", token)
    async with parts.database.write() as session:
        ended = await logins.end_by_token(session, claims.token_id)
        account = await accounts.find(session, claims.user_id)
        if ended is not None and account is not None:
            proved(account.id, account.roles)


async def begin_session(
    parts: Services, session: WriteSession, user_id: UUID, origin: Origin, method: str
) -> LoggedIn:
    """Log somebody in who has shown who they are."""
    account = await accounts.find(session, user_id)
    if account is None:
        raise InvalidCredentialsError
    await accounts.logged_in(session, user_id)
    strong = method != "password"
    new = logins.NewSession(uuid4(), user_id, method, strong, origin.address, origin.user_agent)
    pair, kept = _issue(parts, user_id, new.id)
    await logins.begin(session, new, kept)
    tried(user_id)
    proved(user_id, account.roles)
    return LoggedIn(**pair.model_dump(), user=User.model_validate(account, from_attributes=True))


def _issue(parts: Services, user_id: UUID, session_id: UUID) -> tuple[TokenPair, logins.Token]:
    access, claims = parts.tokens.issue("access", user_id, session_id)
    renewal, kept = parts.tokens.issue("refresh", user_id, session_id)
    pair = TokenPair(access=access, refresh=renewal, access_expires_at=claims.expires_at)
    return pair, logins.Token(kept.token_id, session_id, user_id, kept.expires_at)
