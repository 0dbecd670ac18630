"""Alembic's entry: online migrations only, each with a bounded wait for locks."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from storage.models import Base

LOCK_TIMEOUT = "10s"
FOREIGN_PREFIXES = ("procrastinate_",)


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave tables that a library brings along out of comparisons."""
    return not (type_ == "table" and name is not None and name.startswith(FOREIGN_PREFIXES))


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
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
