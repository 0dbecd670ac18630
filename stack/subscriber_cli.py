"""Commands about who is sent alarms over MQTT: `jeg subscriber`."""

from typing import Annotated

import typer

from stack.folders import Folders

subscriber = typer.Typer(
    no_args_is_help=True,
    help="Programs and displays that are sent alarms over MQTT.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@subscriber.callback()
def _subscriber() -> None:
    """Programs and displays that are sent alarms over MQTT."""


@subscriber.command("add")
def add_subscriber(
    name: Annotated[str, typer.Argument(help="What people call it, such as display-4B.")],
    *,
    patient: Annotated[str, typer.Option(help="Alarms of the patient with this id.")] = "",
    ward: Annotated[
        str,
        typer.Option(
            metavar="HOSPITAL/WARD",
            help="Alarms of whoever is on this ward; a hospital's name or id, or only the ward.",
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All alarms.")] = False,
) -> None:
    """Make an account of the broker that may read alarms and nothing else."""
    from stack.subscribers import add  # noqa: PLC0415

    folders = Folders.from_environment()
    added = add(folders, name, patient=patient, ward=ward, everything=everything)
    typer.echo(added.text())


@subscriber.command("list")
def list_subscribers(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List them with what they may read; passwords are kept nowhere."""
    from stack.subscribers import listing  # noqa: PLC0415

    typer.echo(listing(Folders.from_environment(), as_json=as_json))


@subscriber.command("remove")
def remove_subscriber(
    name: Annotated[str, typer.Argument(help="As `jeg subscriber list` shows it.")],
) -> None:
    """Remove one; it is disconnected within a second."""
    from stack.subscribers import remove  # noqa: PLC0415

    remove(Folders.from_environment(), name)
    typer.echo(f"{name} is removed")
