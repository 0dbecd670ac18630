"""The private cluster: made once, mended when half made, started and stopped at will."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from stack.services.place import ServiceError
from stack.services.postgres import (
    DATABASE,
    THROWAWAY,
    Postgres,
    newest_installation,
    prepare_postgres,
)
from tests.support.services import first_port


def prepared(folder: Path) -> Postgres:
    return prepare_postgres(folder, port=first_port(), settings=THROWAWAY)


@pytest.fixture
def folder(services_folder: Path, tmp_path: Path, worker_id: str) -> Iterator[Path]:
    """Folder for a cluster of the test's own."""
    folder = services_folder / f"cluster-{worker_id}-{tmp_path.name}"
    yield folder
    prepared(folder).stop()
    shutil.rmtree(folder)


def answer(cluster: Postgres, query: str) -> object:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_it_is_made_kept_and_restarted(folder: Path) -> None:
    first = prepared(folder)
    first.start()
    assert answer(first, "SELECT current_user") == "jeg"
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE EXTENSION timescaledb")  # refused unless preloaded
        connection.execute("CREATE TABLE kept (n int)")
    first.stop()
    assert not first.is_running()
    second = prepared(folder)
    second.start()
    second.start()
    assert second == first
    assert answer(second, "SELECT count(*) FROM kept") == 0


def test_the_application_is_no_superuser(folder: Path) -> None:
    cluster = prepared(folder)
    cluster.start()
    assert answer(cluster, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_a_wrong_password_is_refused(folder: Path) -> None:
    cluster = prepared(folder)
    cluster.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(replace(cluster, password="guessed").url)


def test_a_half_made_cluster_is_thrown_away(folder: Path) -> None:
    (folder / "data.partial" / "base").mkdir(parents=True)
    (folder / "data.partial" / "PG_VERSION").write_text("15\n")
    (folder / "password").write_text("")
    cluster = prepared(folder)
    cluster.start()
    assert answer(cluster, "SELECT 1") == 1
    assert not (folder / "data.partial").exists()


def test_a_first_start_that_was_interrupted_is_completed(folder: Path) -> None:
    cluster = prepared(folder)
    cluster._control("start", "--log", str(folder / "server.log"))
    with cluster._connect() as administrator:
        known = administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        assert known.fetchone() is None
    cluster.start()
    assert answer(cluster, "SELECT 1") == 1


def test_a_taken_port_is_passed_over(folder: Path) -> None:
    cluster = prepared(folder)
    with socket.create_server(("127.0.0.1", cluster.port)):
        moved = prepared(folder)
    assert moved.port > cluster.port
    moved.start()
    assert answer(moved, "SHOW port") == str(moved.port)


def test_a_cluster_of_another_version_is_refused_and_left_alone(folder: Path) -> None:
    cluster = prepared(folder)
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServiceError, match=r"made by PostgreSQL 9.*jeg reset"):
        prepared(folder)
    (folder / "data" / "PG_VERSION").write_text(f"{cluster.installation.name}\n")


def test_a_cluster_that_cannot_start_says_where_to_look(folder: Path) -> None:
    cluster = prepared(folder)
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(ServiceError, match=r"did not start: .*server\.log"):
        cluster.start()


def test_without_a_server_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="make setup"):
        newest_installation(tmp_path)
