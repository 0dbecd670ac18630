"""People who log in, what they may do, and their refresh tokens."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

_NAMES: Final = ("first_name", "last_name", "username", "email")


def _beginning_of(name: str) -> Index:
    lower = func.lower(text(name)).label(f"lower_{name}")
    operators = {f"lower_{name}": "text_pattern_ops"}
    return Index(f"ix_users_lower_{name}", lower, postgresql_ops=operators)


class User(Entity):
    """A person: patient, clinician, developer or administrator."""

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_last_name_first_name", "last_name", "first_name"),
        Index("ix_users_updated_at_id", "updated_at", "id"),
        Index("ix_users_synthetic", "id", postgresql_where=text("is_synthetic")),
        # Beginnings of names in any case, as administrators look people up.
        _beginning_of("last_name"),
        _beginning_of("first_name"),
        _beginning_of("username"),
        # Any part of a name or an address.
        Index(
            "ix_users_trigrams",
            *_NAMES,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(_NAMES, "gin_trgm_ops"),
        ),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    """Stored in lower case, so uniqueness ignores case; null for a patient without one."""
    password_hash: Mapped[str | None]
    """Argon2 hash; null for a patient whom a clinician registered and who never logged in."""
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone_number: Mapped[str] = mapped_column(default="", server_default="")
    date_of_birth: Mapped[dt.date | None]
    profile_image: Mapped[str] = mapped_column(default="", server_default="")
    emergency_contact_name: Mapped[str] = mapped_column(default="", server_default="")
    emergency_contact_phone: Mapped[str] = mapped_column(default="", server_default="")
    is_email_verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_phone_verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    """IANA name; a patient's local days are computed in it."""
    last_login: Mapped[Instant | None]
    is_synthetic: Mapped[bool] = mapped_column(default=False, server_default="false")
    """No person: the canary, by which the platform tries itself. In no list and no count."""

    profile: Mapped["UserProfile | None"] = relationship(back_populates="user", lazy="raise")
    roles: Mapped[list["Role"]] = relationship(
        secondary="user_roles",
        primaryjoin="User.id == UserRole.user_id",
        secondaryjoin="Role.id == UserRole.role_id",
        viewonly=True,
        lazy="raise",
    )

    @property
    def full_name(self) -> str:
        """First and last name as shown to people."""
        return f"{self.first_name} {self.last_name}".strip()


class UserProfile(Entity):
    """Health background and notification preferences of one user."""

    __tablename__ = "user_profiles"
    __table_args__ = (
        CheckConstraint("height IS NULL OR height BETWEEN 30 AND 280", name="height_cm"),
        CheckConstraint("weight IS NULL OR weight BETWEEN 0.3 AND 650", name="weight_kg"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    gender: Mapped[str] = mapped_column(default="", server_default="")
    """FHIR administrative gender: male, female, other, unknown or empty."""
    height: Mapped[float | None]
    """Centimetres."""
    weight: Mapped[float | None]
    """Kilograms."""
    blood_type: Mapped[str] = mapped_column(default="", server_default="")
    medical_conditions: Mapped[str] = mapped_column(Text, default="", server_default="")
    current_medications: Mapped[str] = mapped_column(Text, default="", server_default="")
    allergies: Mapped[str] = mapped_column(Text, default="", server_default="")
    health_goals: Mapped[str] = mapped_column(Text, default="", server_default="")
    activity_level: Mapped[str] = mapped_column(default="", server_default="")
    email_notifications: Mapped[bool] = mapped_column(default=True, server_default="true")
    push_notifications: Mapped[bool] = mapped_column(default=True, server_default="true")
    health_reminders: Mapped[bool] = mapped_column(default=True, server_default="true")

    user: Mapped[User] = relationship(back_populates="profile", lazy="raise")

    @property
    def bmi(self) -> float | None:
        """Body mass index in kg/m2, null while height or weight is unknown."""
        if self.height is None or self.weight is None:
            return None
        return self.weight / (self.height / 100) ** 2


class Role(Entity):
    """A named set of permissions: patient, clinician, developer, admin, auditor."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    permissions: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class UserRole(Base):
    """Who holds which role, since when and by whose hand."""

    __tablename__ = "user_roles"
    __table_args__ = (Index("uq_user_roles_user_id_role_id", "user_id", "role_id", unique=True),)

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("roles.id"), index=True)
    assigned_at: Mapped[CreatedAt]
    assigned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class RefreshToken(Base):
    """One refresh token, by its identifier; the token itself is never stored."""

    __tablename__ = "refresh_tokens"

    id: Mapped[UuidKey]
    family: Mapped[UUID] = mapped_column(
        ForeignKey("login_sessions.id", ondelete="CASCADE"), index=True
    )
    """The login that it descends from; reuse of a spent one ends that login."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]
