"""No table is forgotten when a person is exported or erased."""

import pytest
from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from storage.exporting import LEFT_OUT, SECRETS
from storage.models import Base
from storage.person_tables import EXCEPT, KEPT, NONE, OWN, TABLES, actors, condition, owned

NUMBERS_OF_PEOPLE = ("user_id", "patient_id", "person_id", "owner_id", "actor_id", "by_id")
TABLE_NAMES = sorted(Base.metadata.tables)


def test_every_table_is_known() -> None:
    told = "say in storage/person_tables.py what becomes of a person in it"
    assert sorted(set(TABLE_NAMES) - set(TABLES)) == [], told
    assert sorted(set(TABLES) - set(TABLE_NAMES)) == [], "tables that are gone"


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_what_is_said_of_a_table_is_so(name: str) -> None:
    assert (condition(name) is not None) == (TABLES[name] == OWN)
    acting = {one.column for one in actors() if one.table == name}
    assert not (acting and TABLES[name] == NONE)


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_a_column_with_a_person_is_covered(name: str) -> None:
    """By a foreign key that says what becomes of it, or by name."""
    for column in Base.metadata.tables[name].columns:
        kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
        if not isinstance(kind, Uuid) or not column.name.rstrip("s").endswith(NUMBERS_OF_PEOPLE):
            continue
        by_key = bool(column.foreign_keys)
        named = column.name in (condition(name) or "") or (name, column.name) in KEPT
        assert by_key or named, f"{name}.{column.name} leads to a person and nobody looks after it"


def test_tables_that_depend_on_others_go_first() -> None:
    order = owned()
    assert order.index("alarm_notes") < order.index("alarms") < order.index("users")
    assert order.index("device_keys") < order.index("iot_devices")
    assert order.index("vitals") < order.index("users")


def test_exceptions_are_of_columns_that_exist() -> None:
    for table, column in [*KEPT, *EXCEPT, *SECRETS]:
        assert column in Base.metadata.tables[table].columns
    assert set(LEFT_OUT) <= set(owned())


def test_no_secret_is_exported() -> None:
    for name in set(owned()) - set(LEFT_OUT):
        for column in Base.metadata.tables[name].columns:
            secret = any(word in column.name for word in ("digest", "secret", "password", "hash"))
            assert not secret or (name, column.name) in SECRETS, f"{name}.{column.name}"
