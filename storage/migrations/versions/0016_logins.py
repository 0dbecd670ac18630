"""Login sessions, second factors, one-time tokens, and failures to log in."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"

_TABLES = (
    "passkeys",
    "recovery_codes",
    "totp_credentials",
    "one_time_tokens",
    "login_failures",
    "login_sessions",
)


def upgrade() -> None:
    _sessions()
    _failures()
    _one_time_tokens()
    _totp()
    _passkeys()
    # Every login so far ends: its tokens do not say which session they are of.
    op.execute("DELETE FROM refresh_tokens")
    op.drop_column("refresh_tokens", "revoked_at")
    op.create_foreign_key(
        op.f("fk_refresh_tokens_family"),
        "refresh_tokens",
        "login_sessions",
        ["family"],
        ["id"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_refresh_tokens_family"), "refresh_tokens")
    op.add_column("refresh_tokens", _when("revoked_at"))
    for table in _TABLES:
        op.drop_table(table)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _when(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE"
    )


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _sessions() -> None:
    op.create_table(
        "login_sessions",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("is_strong", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("user_agent", sa.String(), server_default="", nullable=False),
        _now("created_at"),
        _now("last_used_at"),
        _when("expires_at", nullable=False),
        _when("ended_at"),
        sa.CheckConstraint(
            "method IN ('password', 'totp', 'recovery_code', 'passkey')",
            name=op.f("ck_login_sessions_method"),
        ),
        _user("login_sessions"),
        _key("login_sessions"),
    )
    op.create_index(op.f("ix_login_sessions_expires_at"), "login_sessions", ["expires_at"])
    op.create_index(
        "ix_login_sessions_user_id_created_at_id", "login_sessions", ["user_id", "created_at", "id"]
    )


def _failures() -> None:
    op.create_table(
        "login_failures",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        _when("last_failed_at", nullable=False),
        _when("locked_until"),
        _key("login_failures", "key"),
    )
    op.create_index(op.f("ix_login_failures_last_failed_at"), "login_failures", ["last_failed_at"])


def _one_time_tokens() -> None:
    op.create_table(
        "one_time_tokens",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        _now("created_at"),
        _when("expires_at", nullable=False),
        _when("used_at"),
        sa.CheckConstraint(
            "purpose IN ('verify_email', 'verify_phone', 'reset_password', 'add_passkey',"
            " 'use_passkey')",
            name=op.f("ck_one_time_tokens_purpose"),
        ),
        _user("one_time_tokens"),
        _key("one_time_tokens"),
    )
    op.create_index(op.f("ix_one_time_tokens_expires_at"), "one_time_tokens", ["expires_at"])
    op.create_index(
        "ix_one_time_tokens_user_id_purpose",
        "one_time_tokens",
        ["user_id", "purpose", "created_at"],
    )


def _totp() -> None:
    op.create_table(
        "totp_credentials",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _now("created_at"),
        _when("confirmed_at"),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.UniqueConstraint("user_id", name=op.f("uq_totp_credentials_user_id")),
        _user("totp_credentials"),
        _key("totp_credentials"),
    )
    op.create_table(
        "recovery_codes",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _when("used_at"),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_codes_digest")),
        _user("recovery_codes"),
        _key("recovery_codes"),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _now("created_at"),
        _when("last_used_at"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        _user("passkeys"),
        _key("passkeys"),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])
