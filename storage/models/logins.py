"""How people log in: sessions, second factors, what was sent to prove an address, failures."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class LoginSession(Base):
    """One login on one device, until it is ended or not renewed in time."""

    __tablename__ = "login_sessions"
    __table_args__ = (
        Index("ix_login_sessions_user_id_created_at_id", "user_id", "created_at", "id"),
        CheckConstraint(
            "method IN ('password', 'totp', 'recovery_code', 'passkey')", name="method"
        ),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    method: Mapped[str]
    """What proved who it is, beyond the password where it was one."""
    is_strong: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether two factors were shown, at the login or since."""
    address: Mapped[str] = mapped_column(default="", server_default="")
    user_agent: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[CreatedAt]
    """When tokens were last given out."""
    expires_at: Mapped[Instant] = mapped_column(index=True)
    ended_at: Mapped[Instant | None]


class LoginFailure(Base):
    """Wrong guesses for one account or from one address, and until when it is locked.

    Keys are digests: what was typed as an e-mail address may be a password, and no row tells
    whether there is such an account.
    """

    __tablename__ = "login_failures"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger)
    last_failed_at: Mapped[Instant] = mapped_column(index=True)
    locked_until: Mapped[Instant | None]


class OneTimeToken(Base):
    """Something that was sent, or asked, to be answered once; its secret is made from its id."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (
        Index("ix_one_time_tokens_user_id_purpose", "user_id", "purpose", "created_at"),
        CheckConstraint(
            "purpose IN ('verify_email', 'verify_phone', 'reset_password', 'add_passkey',"
            " 'use_passkey')",
            name="purpose",
        ),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Null for the challenge of somebody who is about to log in."""
    purpose: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")
    """The e-mail address or number that it proves."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]


class TotpCredential(Base):
    """An authenticator app (RFC 6238); the shared secret is made from the row's id."""

    __tablename__ = "totp_credentials"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[Instant | None]
    """Null until a first code has shown that the app has it."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Step of the newest code that was taken; none is taken twice."""


class RecoveryCode(Base):
    """A code for whoever has lost the authenticator: 80 bits of chance, kept as a digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    used_at: Mapped[Instant | None]


class Passkey(Base):
    """A passkey (WebAuthn level 3): its public key alone is known here."""

    __tablename__ = "passkeys"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    """COSE key."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """Of the last use; one that does not grow is a copy, unless it is always 0."""
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    name: Mapped[str]
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[Instant | None]
