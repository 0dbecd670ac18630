"""Structured logs: a stable event name and ids, never a health value, key or token."""

import logging
import sys
from typing import Literal

import structlog

LogFormat = Literal["console", "json"]


def configure(program: str, log_format: LogFormat = "console", level: str = "INFO") -> None:
    """Send this process's logs to standard error, one line each, named after the program.

    Libraries that use the standard logging module go the same way, at WARNING and above.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=False,
            pad_event_to=24,
            # The pretty one prints local variables: keys and readings among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer]
        if log_format == "json"
        else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(program=program)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )


def logger(**ids: object) -> structlog.typing.FilteringBoundLogger:
    """Get a logger that adds `ids` to each line.

    It takes its shape when it is first used: modules make theirs before `configure` is called.
    """
    lazy: structlog.typing.FilteringBoundLogger = structlog.get_logger(**ids)
    return lazy
