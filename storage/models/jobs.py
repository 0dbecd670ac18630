"""What background work keeps to itself. Its queue's own tables come with procrastinate."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Instant


class RollupWork(Base):
    """An hour of a series that has been taken from `rollup_dirty` and is being computed.

    Marks are taken in a transaction of milliseconds and computed in another, so that whoever
    marks an hour never waits for a computation, and a mark made meanwhile is a new one.
    """

    __tablename__ = "rollup_work"

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bucket: Mapped[Instant] = mapped_column(primary_key=True)
    """Start of the hour."""
