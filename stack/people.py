"""Commands about accounts: `jeg user`."""

from typing import Annotated

import typer

from stack.folders import Folders
from stack.roles import Role

user = typer.Typer(
    no_args_is_help=True,
    help="Accounts of people: make the first clinician or administrator.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@user.callback()
def _user() -> None:
    """Accounts of people: make the first clinician or administrator."""


@user.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="The address with which the person logs in.")],
    *,
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    first_name: Annotated[str, typer.Option(help="Shown with what the person does.")] = "",
    last_name: Annotated[str, typer.Option(help="The same.")] = "",
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="Read the password from standard input; else one is made up and shown once.",
        ),
    ] = False,
) -> None:
    """Make an account; an address that has one is refused, and nothing changes."""
    from stack.users import Person, add, read_password  # noqa: PLC0415

    password, made_up = read_password(from_stdin=password_stdin)
    add(Folders.from_environment(), Person(email, role, first_name, last_name, password))
    typer.echo(f"{email} may log in as {role.value}")
    if made_up:
        typer.echo(f"password, shown this once: {password}")
