"""Authenticator apps, recovery codes and passkeys."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import Passkey, RecoveryCode, TotpCredential

MOST_PASSKEYS = 20
"""Of one user."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can show beside a password."""

    totp_id: UUID | None
    totp_confirmed_at: dt.datetime | None
    recovery_codes: int
    passkeys: int

    @property
    def totp(self) -> bool:
        """Whether an authenticator app is set up to the end."""
        return self.totp_confirmed_at is not None


async def factors(session: ReadSession | WriteSession, user_id: UUID) -> Factors:
    """All of a user's, in one query."""
    codes = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    ).scalar_subquery()
    keys = (
        select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)
    ).scalar_subquery()
    totp = select(TotpCredential).where(TotpCredential.user_id == user_id).subquery()
    row = (
        await session.execute(
            select(totp.c.id, totp.c.confirmed_at, codes, keys).select_from(
                select(1).subquery().outerjoin(totp, totp.c.user_id == user_id)
            )
        )
    ).one()
    return Factors(row[0], row[1], row[2], row[3])


async def begin_totp(session: WriteSession, user_id: UUID) -> UUID | None:
    """A new unconfirmed credential in place of an unconfirmed one; None beside a confirmed one."""
    values = {"id": uuid4(), "created_at": func.now(), "last_step": 0}
    statement = (
        insert(TotpCredential)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=values, where=TotpCredential.confirmed_at.is_(None)
        )
        .returning(TotpCredential.id)
    )
    began: UUID | None = await session.scalar(statement)
    return began


async def take_step(session: WriteSession, totp_id: UUID, step: int) -> bool:
    """Take the code of a step, unless it or a later one was taken; the first confirms."""
    taken = await session.scalar(
        update(TotpCredential)
        .where(TotpCredential.id == totp_id, TotpCredential.last_step < step)
        .values(last_step=step, confirmed_at=func.coalesce(TotpCredential.confirmed_at, func.now()))
        .returning(TotpCredential.id)
    )
    return taken is not None


async def end_totp(session: WriteSession, user_id: UUID) -> None:
    """Forget the authenticator app."""
    await session.execute(delete(TotpCredential).where(TotpCredential.user_id == user_id))


async def forget_codes(session: WriteSession, user_id: UUID) -> None:
    """Forget the recovery codes, used or not."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


async def replace_codes(session: WriteSession, user_id: UUID, digests: Sequence[bytes]) -> None:
    """New recovery codes in place of all others."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, digest=one) for one in digests)
    await session.flush()


async def spend_code(session: WriteSession, user_id: UUID, digest: bytes) -> bool:
    """Use a recovery code up."""
    spent = await session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == digest,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.now())
        .returning(RecoveryCode.id)
    )
    return spent is not None


async def passkeys(session: ReadSession | WriteSession, user_id: UUID) -> Sequence[Passkey]:
    """A user's passkeys, the oldest first; `MOST_PASSKEYS` of them at most."""
    statement = (
        select(Passkey)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.created_at, Passkey.id)
        .limit(MOST_PASSKEYS)
    )
    return (await session.scalars(statement)).all()


async def add_passkey(session: WriteSession, new: Passkey) -> Passkey | None:
    """Keep a passkey; None when it is known already."""
    values = {
        "user_id": new.user_id,
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "transports": new.transports,
        "name": new.name,
    }
    statement = insert(Passkey).values(**values).on_conflict_do_nothing().returning(Passkey)
    added: Passkey | None = await session.scalar(statement)
    return added


async def passkey(session: WriteSession, credential_id: bytes) -> Passkey | None:
    """The passkey with this id, held until the transaction ends."""
    statement = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    found: Passkey | None = await session.scalar(statement)
    return found


async def passkey_used(session: WriteSession, passkey_id: UUID, sign_count: int) -> None:
    """Note a use."""
    await session.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id)
        .values(sign_count=sign_count, last_used_at=func.now())
    )


async def remove_passkey(session: WriteSession, user_id: UUID, passkey_id: UUID) -> bool:
    """Forget a passkey of a user; False when they have no such one."""
    gone = await session.scalar(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        .returning(Passkey.id)
    )
    return gone is not None
