"""Commands about what was refused: `jeg dead-letters` and `jeg quarantine`."""

from typing import Annotated

import typer

from stack.folders import Folders

_Reason = Annotated[
    str, typer.Option("--reason", help="Only those refused for this reason, such as wrong_key.")
]
_Device = Annotated[str, typer.Option("--device", help="Only those of this device id.")]
_Since = Annotated[
    str, typer.Option("--since", help="Only those received from this time on (RFC 3339).")
]
_Until = Annotated[str, typer.Option("--until", help="Only those received before this time.")]
_Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many, newest first.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]

dead_letters = typer.Typer(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
quarantine = typer.Typer(
    no_args_is_help=True,
    help="Readings whose time could not be trusted: look at them, and release what is explained.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dead_letters.callback()
def list_letters(
    context: typer.Context,
    *,
    reason: _Reason = "",
    device: _Device = "",
    limit: _Limit = 20,
    as_json: _Json = False,
) -> None:
    """List messages that were refused: when, why, on which topic, and what they said.

    Payloads were stored without device keys. They may hold health data.
    """
    if context.invoked_subcommand is not None:
        return
    from stack.dead_letters import listing  # noqa: PLC0415

    folders = Folders.from_environment()
    typer.echo(listing(folders, reason=reason, device=device, limit=limit, as_json=as_json))


@dead_letters.command()
def replay(
    reason: Annotated[
        str, typer.Option("--reason", help="Those refused for this reason, such as unknown_unit.")
    ],
    *,
    device: _Device = "",
    since: _Since = "",
    until: _Until = "",
) -> None:
    """Judge dead letters again after what refused them was mended; what can be used is stored.

    The device's identity was proven when they came, and its state is looked at again. Letters whose
    sender was never proven stay; those whose time is in doubt are released by `jeg quarantine`.
    Readings are stored as backlog, and again is as good as once.
    """
    from stack.release import Which  # noqa: PLC0415
    from stack.release import replay as judge_again  # noqa: PLC0415

    folders = Folders.from_environment()
    typer.echo(judge_again(folders, Which(reason, device, since, until)))


@quarantine.command("list")
def list_quarantine(
    *, reason: _Reason = "", device: _Device = "", limit: _Limit = 20, as_json: _Json = False
) -> None:
    """List messages in quarantine, newest first."""
    from stack.release import quarantined  # noqa: PLC0415

    folders = Folders.from_environment()
    typer.echo(quarantined(folders, reason=reason, device=device, limit=limit, as_json=as_json))


@quarantine.command("release")
def release_quarantine(  # noqa: PLR0913 - the words that can be said of a clock
    *,
    offset: Annotated[
        int | None,
        typer.Option(help="True time is the device's time plus so many milliseconds."),
    ] = None,
    seconds: Annotated[
        bool, typer.Option("--seconds", help="The numbers were seconds, not milliseconds.")
    ] = False,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="The device's times are right (without offset: UTC).")
    ] = False,
    reason: _Reason = "",
    device: _Device = "",
    since: _Since = "",
    until: _Until = "",
) -> None:
    """Store quarantined readings, their time explained; every other check is made as ever.

    Readings are stored as backlog, and again is as good as once.
    """
    from stack.release import Which, Words, release  # noqa: PLC0415

    words = Words(offset=offset, seconds=seconds, as_is=as_is)
    folders = Folders.from_environment()
    typer.echo(release(folders, Which(reason, device, since, until), words))
