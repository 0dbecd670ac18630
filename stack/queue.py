"""Commands about the queue: `jeg jobs`."""

from typing import Annotated

import typer

from stack.folders import Folders

queue = typer.Typer(
    no_args_is_help=True,
    help="Background jobs that failed for good: look at them, and have one done again.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@queue.callback()
def _queue() -> None:
    """Background jobs that failed for good: look at them, and have one done again."""


@queue.command("dead")
def dead(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List jobs that failed for good: what they were about, how often they were tried, and why."""
    from stack.dead_jobs import listing  # noqa: PLC0415

    typer.echo(listing(Folders.from_environment(), limit=limit, as_json=as_json))


@queue.command("retry")
def retry(
    job: Annotated[int, typer.Argument(min=1, help="Its number, as `jeg jobs dead` shows it.")],
) -> None:
    """Have a dead job done again, with all its attempts; a message that was sent stays sent."""
    from stack.dead_jobs import again  # noqa: PLC0415

    again(Folders.from_environment(), job)
    typer.echo(f"job {job} is done again within seconds")


def push_keys() -> None:
    """Make a key pair for web push, and print it as settings; the private half is a secret."""
    from gateways.web_push import new_keys  # noqa: PLC0415

    private, public = new_keys()
    typer.echo(f"JEG_VAPID_PRIVATE_KEY={private}\nJEG_VAPID_PUBLIC_KEY={public}")
