"""Answers that are kept so that a request that comes twice is carried out once."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt


class KeptAnswer(Base):
    """The answer to a request that carried an Idempotency-Key, for whoever sends it again.

    The row is written in the transaction of what the request did: there is no effect without its
    answer, and no answer without its effect.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (
        Index("ix_kept_answers_created_at", "created_at"),
        CheckConstraint("octet_length(key_digest) = 32", name="key_digest"),
        CheckConstraint("octet_length(request_digest) = 32", name="request_digest"),
    )

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    key_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of the key. The key itself is not kept: it takes part in sealing the answer."""
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """HMAC of method, path, query and body, under the key that seals the answer."""
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: who reads the table reads neither device keys nor health values."""
    created_at: Mapped[CreatedAt]
