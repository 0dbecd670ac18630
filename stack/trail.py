"""Commands about the audit log: `jeg audit`."""

from typing import Annotated

import typer

from stack.folders import Folders

EXIT_BROKEN = 1

trail = typer.Typer(
    no_args_is_help=True,
    help="The audit log: who saw or changed whose data; prove that it was not changed since.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@trail.callback()
def _trail() -> None:
    """The audit log: who saw or changed whose data; prove that it was not changed since."""


@trail.command("verify")
def verify(
    *,
    anchor: Annotated[
        str,
        typer.Option(
            metavar="NUMBER:HASH",
            help="What an earlier verify printed, kept elsewhere: proves that nothing up to there"
            " was made anew or cut off.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Look through the whole chain; exit code 1 and the first broken record when there is one."""
    from stack.audit_log import verdict  # noqa: PLC0415

    text, holds = verdict(Folders.from_environment(), anchor=anchor, as_json=as_json)
    typer.echo(text)
    if not holds:
        raise typer.Exit(EXIT_BROKEN)


@trail.command("list")
def list_records(
    *,
    patient: Annotated[str, typer.Option(help="Only about this patient's data (user id).")] = "",
    actor: Annotated[str, typer.Option(help="Only by this person (user id).")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List records: when, who, what, why, from where, how it ended."""
    from stack.audit_log import listing  # noqa: PLC0415

    folders = Folders.from_environment()
    typer.echo(listing(folders, patient=patient, actor=actor, limit=limit, as_json=as_json))
