"""The command `jeg openapi`."""

import typer

from api.__main__ import describe

app = typer.Typer()


@app.command()
def openapi() -> None:
    """Print the description of the HTTP API (OpenAPI 3.1, JSON); nothing need run."""
    typer.echo(describe("openapi"))
