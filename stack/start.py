"""`jeg up` with services that this machine runs or that are somebody else's."""

import asyncio

from pydantic import ValidationError

from stack.errors import StackError
from stack.folders import REPOSITORY, Folders
from stack.program_settings import check_programs
from stack.settings import StackSettings
from stack.up import Stack, Wish
from telemetry.faults import faults_of


def start(folders: Folders, *, demo: bool, services: str, default_ports: bool = False) -> int:
    """Run the stack until it is stopped; returns the exit code.

    Raises StackError for a setting that cannot be used.
    """
    settings = read_settings()
    if demo and settings.environment == "production":
        message = "the demo clinic is refused while JEG_ENVIRONMENT is production: jeg up --no-demo"
        raise StackError(message)
    check_programs()
    wish = Wish(demo=demo, services=services, default_ports=default_ports)
    return asyncio.run(Stack(folders, settings, wish).run())


def read_settings() -> StackSettings:
    """Read the settings from the environment and `.env`; a wrong one raises StackError."""
    try:
        return StackSettings(_env_file=REPOSITORY / ".env")
    except ValidationError as error:
        message = "; ".join(faults_of(error))
        raise StackError(message) from None
