"""Commands about people who were erased: `jeg erasure`."""

from typing import Annotated

import typer

from stack.folders import Folders

EXIT_LEFT = 1

erasure = typer.Typer(
    no_args_is_help=True,
    help="People who were erased: list them by number, and look again for traces.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@erasure.callback()
def _erasure() -> None:
    """People who were erased: list them by number, and look again for traces."""


@erasure.command("verify")
def verify(
    which: Annotated[str, typer.Argument(help="Number of the erasure, or of the person.")],
    *,
    word: Annotated[
        list[str] | None,
        typer.Option(help="An address, telephone or name to look for as well; kept nowhere."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Look through every table for somebody who was erased, and check the stored proof.

    Exit code 1 when a trace is found, or the proof is not the one that the audit log names.
    """
    from stack.erasures import verdict  # noqa: PLC0415

    text, holds = verdict(Folders.from_environment(), which, word or [], as_json=as_json)
    typer.echo(text)
    if not holds:
        raise typer.Exit(EXIT_LEFT)


@erasure.command("list")
def list_erasures(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List erasures: when, why, how far, and the hash of the proof."""
    from stack.erasures import listing  # noqa: PLC0415

    typer.echo(listing(Folders.from_environment(), limit=limit, as_json=as_json))
