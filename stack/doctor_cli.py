"""`jeg doctor`: of this machine and what runs on it, and of the firmware of one device."""

from typing import Annotated

import typer

from stack.called import as_called
from stack.folders import Folders

doctor = typer.Typer(
    help="Check each part, and say what to do about what is wrong.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@doctor.callback()
def machine(context: typer.Context) -> None:
    """Check each part, and say what to do about what is wrong.

    Exit code 0 when nothing is, else 1.
    """
    if context.invoked_subcommand is None:
        from stack.doctor import examine  # noqa: PLC0415

        raise typer.Exit(examine(Folders.from_environment(), _say))


@doctor.command()
def device(
    device_id: Annotated[str, typer.Argument(metavar="DEVICE", help="A device id.")],
    *,
    boots: Annotated[int, typer.Option(min=1, max=50, help="How many, newest first.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Report what a device's firmware does right and wrong, from its recent traffic.

    Exit code 0 when all checks pass, 1 when one fails, 2 when some of it was not seen yet.
    """
    from stack.firmware import EXITS, as_document, as_text, report  # noqa: PLC0415

    found = report(Folders.from_environment(), device=device_id, boots=boots)
    _say(as_document(found) if as_json else as_text(found))
    raise typer.Exit(EXITS[found.examination.result])


def _say(text: str) -> None:
    typer.echo(as_called(text))
