"""One thing after the other, of which one that fails keeps no other waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from storage.engine import UNAVAILABLE
from telemetry.logs import logger

log = logger()


@contextmanager
def apart(event: str, one: UUID) -> Iterator[None]:
    """Log what fails with this one; the next run tries it again.

    Raises:
        UNAVAILABLE: The database is away, from all of them.

    """
    try:
        yield
    except (*UNAVAILABLE, OSError):
        raise
    except Exception:
        log.exception(event, id=str(one))
