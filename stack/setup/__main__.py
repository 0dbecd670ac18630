"""`python3 -m stack.setup [--tests]`: installs and builds what is missing, and says so."""

import argparse
import sys
from pathlib import Path

from stack.setup.console import SetupError, Shell, Step, check_writable, run_steps, say
from stack.setup.packages import Apt, Need, find_program, header, program
from stack.setup.plugin import BrokerPlugin
from stack.setup.python import VirtualEnvironment, check_python
from stack.setup.stamps import Stamp
from stack.setup.timescale import INSTALLATIONS, TimescaleBuild
from stack.setup.web import Node, WebBuild

REPOSITORY = Path(__file__).resolve().parents[2]
STATE = REPOSITORY / ".jeg"

SERVICES = (
    program("mosquitto"),
    program("mosquitto_pub", "mosquitto-clients"),
    Need("PostgreSQL", ("postgresql",), lambda: any(INSTALLATIONS.glob("*/bin/postgres"))),
    program("cc", "gcc", "libc6-dev"),
    header("mosquitto_broker.h", "mosquitto-dev"),
    header("mosquitto.h", "libmosquitto-dev"),
    header("openssl/sha.h", "libssl-dev"),
)
# Debian's server and its checker of files are one program, which acts by the name that it is called
# by. The package redis-server adds a link and a service of the machine, which nobody asked for.
REDIS = "redis-check-rdb"
FOR_TESTS = (
    program("chromium"),
    Need("redis-server", ("redis-tools",), lambda: find_program(REDIS) is not None),
)


def steps(*, tests: bool) -> list[Step]:
    """List what a working machine needs, in the order in which one thing needs another.

    Args:
        tests: also what only `make test` and `make lint` need.
    """
    shell = Shell(STATE / "setup.log")
    apt = Apt(shell)
    environment = VirtualEnvironment(
        REPOSITORY, REPOSITORY / ".venv", Stamp(STATE / "stamps" / "venv"), shell, apt
    )
    plugin = BrokerPlugin(
        REPOSITORY / "broker" / "plugin" / "jeg_accounts.c",
        STATE / "build" / "jeg_accounts.so",
        shell,
    )
    timescale = TimescaleBuild(STATE / "build" / "timescaledb", shell, apt)
    node = Node(STATE / "node", REPOSITORY / "requirements-node.lock", environment.python, shell)
    web = WebBuild(REPOSITORY / "web", REPOSITORY / "api" / "static", STATE / "stamps", node, shell)
    listed = [
        Step("Mosquitto, PostgreSQL and a C compiler", lambda: apt.ensure(SERVICES)),
        Step("TimescaleDB", timescale.ensure),
        Step("Broker plugin", plugin.ensure),
        Step("Python environment", lambda: environment.ensure(tests=tests)),
        Step("Web front end", web.ensure),
    ]
    if tests:
        listed.append(Step("Chromium and Redis, for the tests", lambda: apt.ensure(FOR_TESTS)))
    return listed


def main() -> None:
    """Run the setup; ends with code 1 and one clear message when something cannot be had."""
    parser = argparse.ArgumentParser(prog="python3 -m stack.setup", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what only the tests need")
    arguments = parser.parse_args()
    try:
        check_python()
        check_writable(REPOSITORY)
        run_steps(steps(tests=arguments.tests))
    except SetupError as error:
        sys.exit(f"setup: {error}")
    except KeyboardInterrupt:
        sys.exit("setup: stopped; start it again to go on from here")
    say("      Everything is in place.")


if __name__ == "__main__":
    main()
