"""Looks at the programs' settings before anything is started: none starts with a wrong one."""

import importlib
import inspect
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from stack.errors import StackError
from stack.places import caller_environment
from telemetry.faults import faults_of

SETTINGS = {
    "Ingest": "ingest.settings",
    "Analytics": "analytics.settings",
    "Jobs": "jobs.settings",
    "API": "api.settings",
    "Simulators": "simulators.settings",
    "Demo clinic": "stack.demo",
    "`jeg up`": "stack.settings",
}
"""Heading -> module that holds one settings class. Named, not imported: programs stay apart."""

PROGRAMS = ("Ingest", "Analytics", "Jobs", "API", "Simulators")


def settings_class(module: str) -> type[BaseSettings]:
    """Return the one settings class that a module defines."""
    [found] = [
        value
        for value in vars(importlib.import_module(module)).values()
        if inspect.isclass(value) and issubclass(value, BaseSettings) and value.__module__ == module
    ]
    return found


def check_programs() -> None:
    """Try what the caller has set on every program that `jeg up` starts.

    What `jeg up` itself tells them is not there yet, so that a missing setting is no fault here.

    Raises:
        StackError: with each wrong variable, its bound and what was given.
    """
    given = caller_environment()
    faults: dict[str, None] = {}
    with _environment(given):
        for heading in PROGRAMS:
            try:
                settings_class(SETTINGS[heading])()
            except ValidationError as error:
                faults |= dict.fromkeys(faults_of(error, among=given))
    if faults:
        raise StackError("; ".join(faults))


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    """Put variables of `.env` in the environment while the block runs."""
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
