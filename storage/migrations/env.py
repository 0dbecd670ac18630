"""Alembic's entry: online migrations only, each with a bounded wait for locks."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from alembic import context
from sqlalchemy import Connection, create_engine, inspect, pool, text

from storage.models import Base

LOCK_TIMEOUT = "10s"
FOREIGN_PREFIXES = ("procrastinate_",)


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave tables that a library brings along out of comparisons."""
    return not (type_ == "table" and name is not None and name.startswith(FOREIGN_PREFIXES))


def rollup_views(connection: Connection) -> AbstractSet[str]:
    """Names of rollups that are continuous aggregates here (0014)."""
    return {name for name in inspect(connection).get_view_names() if name.startswith("rollup_")}


def is_table(views: AbstractSet[str]) -> Callable[..., bool]:
    """Leave models out of comparisons that this edition of TimescaleDB has as views."""

    def include(_item: object, name: str | None, type_: str, *_others: object) -> bool:
        return not (type_ == "table" and name in views)

    return include


def run() -> None:
    """Migrate over one connection, in one transaction per migration."""
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        message = "sqlalchemy.url is not set"
        raise RuntimeError(message)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_lock(hashtext('jeg.migrate'))"))
        views = rollup_views(connection)
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            include_object=is_table(views),
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
