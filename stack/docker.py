"""`jeg up --services docker`: hands over to docker compose, which runs everything."""

import shutil
import subprocess

from stack.errors import StackError
from stack.folders import REPOSITORY


def compose_command(*, demo: bool) -> list[str]:
    """Return the command; without the demo clinic none of its containers is made."""
    without = [] if demo else ["--scale", "demo=0", "--scale", "simulator=0"]
    return ["docker", "compose", "up", "--build", *without]


def compose_up(*, demo: bool) -> int:
    """Run docker compose in the foreground; returns its exit code.

    Raises StackError when Docker, its compose plugin or its engine is missing.
    """
    if shutil.which("docker") is None:
        message = "docker is not installed; without it: jeg up"
        raise StackError(message)
    for words, missing in (
        (["compose", "version"], "docker has no compose plugin (package docker-compose-plugin)"),
        (["info"], "the docker engine does not answer; is it running, and may you use it?"),
    ):
        if subprocess.run(["docker", *words], capture_output=True, check=False).returncode:
            raise StackError(missing)
    try:
        return subprocess.call(compose_command(demo=demo), cwd=REPOSITORY)
    except KeyboardInterrupt:  # compose got it too and has stopped its containers
        return 0
