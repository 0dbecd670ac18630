"""Fixtures for every test: a real PostgreSQL with TimescaleDB and a real Mosquitto.

The database is migrated once into a template and cloned for each xdist worker. `session` is rolled
back after its test. What commits (whole programs) either uses ids of its own in `database_url`, or
takes `fresh_database_url`, a clone for one test. Every test gets a broker of its own: a session
left behind by one test would otherwise feed the next.
"""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from storage.engine import Database, WriteSession, connect
from tests.support.services import (
    StackServices,
    first_port,
    new_folder,
    remove_folder,
    remove_leftovers,
    running_services,
)

# The machine is shared with other workers and programs: how long an example takes says nothing.
# The examples are the same every time; JEG_TEST_RANDOM looks for what others would find.
settings.register_profile("jeg", deadline=None, derandomize="JEG_TEST_RANDOM" not in os.environ)
settings.load_profile("jeg")

FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run's services; xdist workers are told of the controller's."""
    gc.disable()
    shared = getattr(config, "workerinput", {}).get("services_folder")
    if shared is None:
        remove_leftovers()
    config.stash[FOLDER] = new_folder() if shared is None else Path(shared)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make only: hundreds of megabytes of modules stay."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell one xdist worker where the services are."""
    node.workerinput["services_folder"] = str(node.config.stash[FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and delete the services of this run."""
    if not hasattr(config, "workerinput") and FOLDER in config.stash:
        remove_folder(config.stash[FOLDER])


@pytest.fixture(scope="session")
def services_folder(pytestconfig: pytest.Config) -> Path:
    """Folder of this run that the services' unprivileged accounts can enter."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def stack_services(services_folder: Path) -> StackServices:
    """The PostgreSQL of this run, started, with the migrated template."""
    return running_services(services_folder)


@pytest.fixture(scope="session")
def database_url(stack_services: StackServices, worker_id: str) -> Iterator[str]:
    """URL of this worker's migrated database, shared by its tests."""
    url = stack_services.new_database(f"jeg_{worker_id}")
    yield url
    stack_services.drop_database(url)


@pytest.fixture
def fresh_database_url(stack_services: StackServices, worker_id: str) -> Iterator[str]:
    """URL of an empty migrated database for one test."""
    url = stack_services.new_database(f"jeg_{worker_id}_fresh")
    yield url
    stack_services.drop_database(url)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A plain connection in autocommit mode."""
    async with await connect(database_url, application_name="tests") as connection:
        yield connection


@pytest.fixture
async def session(database_url: str) -> AsyncIterator[WriteSession]:
    """A session whose work, commits included, is gone after the test."""
    database = Database(database_url)
    writing, _ = database.engines
    async with writing.connect() as connection:
        transaction = await connection.begin()
        async with WriteSession(
            bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session
        await transaction.rollback()
    await database.close()


@pytest.fixture
def broker(services_folder: Path, tmp_path: Path, worker_id: str) -> Iterator[Mosquitto]:
    """A running broker for one test, with an empty folder of device accounts."""
    folder = services_folder / f"broker-{worker_id}-{tmp_path.name}"
    broker = prepare_mosquitto(folder, port=first_port())
    broker.start()
    yield broker
    broker.stop()
    shutil.rmtree(folder)
