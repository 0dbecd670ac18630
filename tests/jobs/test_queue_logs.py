"""Logs of the queue's library: one line each."""

import logging

import pytest
from procrastinate.exceptions import ConnectorException
from structlog.testing import capture_logs

from jobs.queue_logs import Lines


@pytest.mark.parametrize(("error", "traced"), [(ConnectorException, False), (ValueError, True)])
def test_only_what_is_not_the_database_is_traced(error: type[Exception], *, traced: bool) -> None:
    library = logging.Logger("procrastinate.worker")  # noqa: LOG001 (of this test alone)
    library.addHandler(Lines(logging.WARNING))
    with capture_logs() as told:
        library.info("looking for jobs")
        try:
            raise error  # noqa: TRY301 (a record needs a raised one)
        except error:
            library.exception("a long story", extra={"action": "deferring"})
    (line,) = told
    assert (line["event"], line["action"], line["error"]) == (
        "queue_failed",
        "deferring",
        error.__name__,
    )
    assert bool(line["exc_info"]) == traced
