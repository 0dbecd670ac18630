"""The `jeg` command. Each subcommand loads what it needs when it is called, and nothing before."""

import enum
import importlib
import json
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from stack.called import as_called
from stack.doctor_cli import doctor
from stack.erasure_cli import erasure
from stack.errors import StackError
from stack.folders import Folders
from stack.letters import dead_letters, quarantine
from stack.people import user
from stack.queue import push_keys, queue
from stack.rules_cli import alarms, rules, what_if
from stack.services.place import ServiceError
from stack.subscriber_cli import subscriber
from stack.trail import trail

EXIT_FAILED = 1
EXIT_DOWN = 3


MOUNTED = {
    "bench": "benchmarks.cli",
    "chaos": "benchmarks.chaos.cli",
    "eval": "benchmarks.eval.cli",
    "openapi": "api.cli",
    "simulate": "simulators.cli",
}
"""Commands of other packages and where they are: loaded only when asked for, they are slow."""


class LazyGroup(TyperGroup):
    """Adds the commands of other packages."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401  # typer's own context type
        """List the commands as `--help` shows them."""
        return [*super().list_commands(ctx), *MOUNTED]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  # typer's own type
        """Find a command by its name."""
        if cmd_name not in MOUNTED:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(importlib.import_module(MOUNTED[cmd_name]).app)
        command.name = cmd_name
        return command


class Services(enum.StrEnum):
    """Where broker and database come from."""

    NATIVE = "native"
    DOCKER = "docker"
    EXTERNAL = "external"


app = typer.Typer(
    cls=LazyGroup,
    name="jeg",
    help="Set up, run and look after JEGHealth on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Load the demo clinic and play its devices.")
    ] = True,
    services: Annotated[
        Services,
        typer.Option(
            help="native: a private PostgreSQL and Mosquitto under .jeg/. docker: everything in"
            " containers, by docker compose. external: what JEG_DATABASE_URL and JEG_BROKER_HOST"
            " name."
        ),
    ] = Services.NATIVE,
    default_ports: Annotated[
        bool,
        typer.Option(
            "--default-ports", help="Forget the ports of earlier starts; the usual ones if free."
        ),
    ] = False,
) -> None:
    """Start everything and keep it running until Ctrl-C or `jeg down`."""
    if services is Services.DOCKER:
        from stack.docker import compose_up  # noqa: PLC0415

        raise typer.Exit(compose_up(demo=demo))
    from stack.start import start  # noqa: PLC0415

    folders = Folders.from_environment()
    raise typer.Exit(
        start(folders, demo=demo, services=services.value, default_ports=default_ports)
    )


@app.command()
def down() -> None:
    """Stop everything: programs first, then the broker, then the database."""
    from stack.stop import stop  # noqa: PLC0415

    raise typer.Exit(stop(Folders.from_environment(), _say))


@app.command()
def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Show each program's state, the rates of ingest and the canary's last run.

    Exit code 0 when all run, 1 when one does not, 3 when the stack is down.
    """
    from stack.status import ask_status, exit_code, render, with_canary  # noqa: PLC0415

    folders = Folders.from_environment()
    answer = with_canary(ask_status(folders), folders)
    typer.echo(json.dumps(answer, indent=2) if as_json else as_called(render(answer)))
    raise typer.Exit(exit_code(answer))


@app.command()
def logs(
    program: Annotated[
        str, typer.Argument(help="One program, such as ingest; all of them when left out.")
    ] = "",
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more lines.")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="How many lines of each log to show.")
    ] = 50,
) -> None:
    """Print the logs of the programs, kept in .jeg/logs."""
    from stack.logs import show  # noqa: PLC0415

    show(Folders.from_environment(), program, lines=lines, follow=follow)


@app.command()
def reset(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete this clone's database, broker data, logs and secrets; what setup built stays."""
    from stack.reset import reset as delete  # noqa: PLC0415

    if not yes:
        typer.confirm("Delete all data of this clone: readings, accounts, secrets?", abort=True)
    delete(Folders.from_environment())
    _say("everything is deleted; jeg up starts anew")


@app.command()
def ledger(
    device: Annotated[str, typer.Argument(help="A device id.")],
    *,
    boots: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Account for every message of a device: what became of it, and which never came.

    For each boot published = stored + duplicate + quarantined + rejected + missing.
    """
    from stack.ledger import ledger as account  # noqa: PLC0415

    folders = Folders.from_environment()
    typer.echo(account(folders, device=device, boots=boots, as_json=as_json))


app.add_typer(doctor, name="doctor")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(quarantine, name="quarantine")
app.add_typer(user, name="user")
app.add_typer(trail, name="audit")
app.add_typer(erasure, name="erasure")
app.add_typer(queue, name="jobs")
app.command("push-keys")(push_keys)
app.add_typer(rules, name="rules")
app.add_typer(alarms, name="alarms")
app.add_typer(subscriber, name="subscriber")
app.command("what-if")(what_if)


def _say(text: str) -> None:
    typer.echo(as_called(text))


def main() -> None:
    """Run the command; errors that a user can act on are one line, not a traceback."""
    try:
        app()
    except (StackError, ServiceError) as error:
        sys.stderr.write(f"jeg: {as_called(str(error))}\n")
        sys.exit(EXIT_FAILED)
    except PermissionError as error:
        what = f"{error.filename}: {error.strerror}; it is its owner who may do this"
        sys.stderr.write(f"jeg: {what}\n")
        sys.exit(EXIT_FAILED)
    except BrokenPipeError:  # `jeg logs | head`
        sys.stderr.close()
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
