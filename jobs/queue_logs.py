"""What the queue's library and its pool log, told like everything else: in one line each."""

import logging

from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError

from telemetry.logs import logger

log = logger()

_AWAY = (ConnectorException, OperationalError, OSError)


class Lines(logging.Handler):
    """Turns a record of the library into an event; a lost database has no traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell what failed, and where unless the database is away."""
        error = record.exc_info[1] if record.exc_info else None
        log.warning(
            "queue_failed",
            action=getattr(record, "action", record.funcName),
            error=None if error is None else type(error).__name__,
            exc_info=None if isinstance(error, _AWAY) else error,
        )


def tell_in_lines() -> None:
    """Put it in force for this process; the worker itself tells that the database is away."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    library = logging.getLogger("procrastinate")
    library.handlers, library.propagate = [Lines(logging.WARNING)], False
