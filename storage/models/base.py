"""What every table shares: naming of constraints, UUID keys, times of creation and change."""

import datetime as dt
from typing import Annotated
from uuid import UUID, uuid4

from sqlalchemy import DateTime, MetaData, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Instant = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[
    dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())
]
UpdatedAt = Annotated[
    dt.datetime,
    mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now()),
]
UuidKey = Annotated[
    UUID,
    mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")),
]


class Base(DeclarativeBase):
    """Base of all models; every constraint gets a predictable name."""

    metadata = MetaData(naming_convention=NAMING)


class Entity(Base):
    """A row with a UUID key that knows when it was created and last changed."""

    __abstract__ = True

    id: Mapped[UuidKey]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
