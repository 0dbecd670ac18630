"""Programs and displays that are sent alarms over MQTT."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, UuidKey


class Subscriber(Base):
    """Somebody who only reads alarms: of a patient, of a ward, or (neither) all of them."""

    __tablename__ = "subscribers"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "(patient_id IS NULL OR ward IS NULL)"
            " AND (hospital_id IS NULL OR ward IS NOT NULL) AND ward <> ''",
            name="scope",
        ),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )

    id: Mapped[UuidKey]
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes]
    """SHA-256 of the password, which is 256 random bits and is kept nowhere."""
    patient_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    hospital_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), index=True
    )
    ward: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    """Null where it was made on the machine itself."""
