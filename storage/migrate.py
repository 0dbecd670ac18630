"""Bring a database to the newest schema: `python -m storage.migrate` with JEG_DATABASE_URL."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.engine import sqlalchemy_url

MIGRATIONS = Path(__file__).with_name("migrations")


def config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    alembic = Config()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    alembic.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    return alembic


def migrate(url: str) -> None:
    """Apply every migration that the database at `url` does not have yet."""
    command.upgrade(config(url), "head")


def main() -> None:
    """Migrate the database that JEG_DATABASE_URL names."""
    url = os.environ.get("JEG_DATABASE_URL")
    if not url:
        sys.exit("JEG_DATABASE_URL is not set: it names the database to migrate")
    migrate(url)


if __name__ == "__main__":
    main()
