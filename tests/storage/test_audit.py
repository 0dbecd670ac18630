"""The audit log: only ever added to, in one chain, and whatever is done to it shows."""

import asyncio
import datetime as dt
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from storage.access import Access, Record, begin
from storage.audit import DELETE_OLD, Known, append, forget, leave, let_go
from storage.audit_check import Break, Verdict, verify
from storage.engine import Database, connect


def record(*patients: UUID, request_id: str = "") -> Record:
    access = Access(action="GET", request_id=request_id, actor_id=uuid4(), actor_roles=("admin",))
    access.patients.update(patients)
    return access.records("success", 200)[0]


async def added(url: str, *records: Record) -> None:
    async with await connect(url, application_name="tests") as db, db.transaction():
        await append(db, records, Known())


async def looked(url: str, anchor: tuple[int, bytes] | None = None) -> Verdict:
    async with await connect(url, application_name="tests") as db:
        return await verify(db, anchor)


async def tamper(url: str, statement: str) -> None:
    """As the owner, who first turns off what guards the tables."""
    async with await connect(url, application_name="tests") as db:
        for table in ("audit_log", "audit_patients"):
            await db.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            await db.execute(f"GRANT ALL ON {table} TO CURRENT_USER")
        await db.execute(statement)


async def test_a_chain_holds(fresh_database_url: str) -> None:
    assert (await looked(fresh_database_url)).broken is None
    patient = uuid4()
    await added(fresh_database_url, record(patient, uuid4()), record(), record(patient))
    await added(fresh_database_url, record(patient))
    found = await looked(fresh_database_url)
    assert (found.records, found.pending, found.broken) == (4, 0, None)
    assert (await looked(fresh_database_url, (4, found.head))).broken is None


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_log SET outcome = 'denied' WHERE seq = 3", 3),
        ("UPDATE audit_log SET at = at + interval '1 us' WHERE seq = 2", 2),
        ("UPDATE audit_log SET actor_id = gen_random_uuid() WHERE seq = 5", 5),
        ("DELETE FROM audit_log WHERE seq = 4", 4),
        ("DELETE FROM audit_log WHERE seq >= 4", 4),
        ("UPDATE audit_log SET reason = 'none of your business' WHERE seq = 2", 2),
        ("UPDATE audit_log SET salt = NULL, address = '' WHERE seq = 3", 3),
        (
            (
                "UPDATE audit_head h SET start_seq = l.seq, start_hash = l.hash FROM audit_log l"
                " WHERE l.seq = 2"
            ),
            2,
        ),
        ("UPDATE audit_log SET seq = 9 - seq WHERE seq IN (4, 5)", 4),
        ("UPDATE audit_patients SET patient_ids = ARRAY[gen_random_uuid()]", 1),
        ("DELETE FROM audit_patients", 1),
        ("TRUNCATE audit_log", 1),
    ],
)
async def test_tampering_shows(fresh_database_url: str, statement: str, broken_at: int) -> None:
    await added(fresh_database_url, *(record(uuid4()) for _ in range(5)))
    if "9 - seq" in statement:
        await tamper(fresh_database_url, "UPDATE audit_log SET seq = -seq WHERE seq IN (4, 5)")
        statement = "UPDATE audit_log SET seq = 9 + seq WHERE seq < 0"
    await tamper(fresh_database_url, statement)
    broken = (await looked(fresh_database_url)).broken
    assert broken is not None
    assert broken.seq == broken_at


async def test_an_anchor_shows_a_log_that_was_made_anew(fresh_database_url: str) -> None:
    await added(fresh_database_url, record(uuid4()), record(uuid4()))
    anchor = (2, (await looked(fresh_database_url)).head)
    await tamper(fresh_database_url, "TRUNCATE audit_log")
    await tamper(
        fresh_database_url,
        "UPDATE audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')",
    )
    await added(fresh_database_url, record(uuid4()), record(uuid4()))
    assert (await looked(fresh_database_url)).broken is None
    assert (await looked(fresh_database_url, anchor)).broken == Break(2, "is not what was anchored")


@pytest.mark.parametrize("table", ["audit_log", "audit_patients"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_nobody_changes_what_is_there(
    fresh_database_url: str, table: str, change: str
) -> None:
    await added(fresh_database_url, record(uuid4()))
    column = "outcome" if table == "audit_log" else "digest"
    async with await connect(fresh_database_url, application_name="tests") as db:
        # The owner has no right to; and who gives it back to themselves meets the trigger.
        for step in ("SELECT 1", f"GRANT ALL ON {table} TO CURRENT_USER"):
            await db.execute(step)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await db.execute(change.format(table, column, column))


async def test_a_person_is_erased_and_the_chain_holds(fresh_database_url: str) -> None:
    gone, other = uuid4(), uuid4()
    told = Access(action="GET", address="192.0.2.7", request_id="req-of-mine", actor_id=other)
    told.emergencies = {gone: "Ama fell in the corridor"}
    told.patients.update((gone, other))
    await added(fresh_database_url, *told.records("success"), record(other))
    async with await connect(fresh_database_url, application_name="tests") as db:
        async with db.transaction():
            assert await forget(db, gone) == 1
        cursor = await db.execute("SELECT count(*) FROM audit_log a WHERE a::text LIKE '%Ama%'")
        assert await cursor.fetchone() == (0,)
        cursor = await db.execute("SELECT address FROM audit_log ORDER BY seq")
        assert await cursor.fetchall() == [("192.0.2.7",), ("",), ("",), ("",)]
    found = await looked(fresh_database_url)
    assert (found.records, found.erased, found.broken) == (4, 1, None)


async def test_particulars_go_only_with_a_person(fresh_database_url: str) -> None:
    await added(fresh_database_url, record(uuid4()))
    async with await connect(fresh_database_url, application_name="tests") as db:
        await db.execute(
            "UPDATE audit_log SET salt = NULL, reason = '', address = '', request_id = ''"
        )
    broken = (await looked(fresh_database_url)).broken
    assert broken is not None
    assert broken.seq == 1


async def test_the_oldest_part_may_go(fresh_database_url: str) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    old = [msgspec.structs.replace(record(uuid4()), at=long_ago) for _ in range(3)]
    await added(fresh_database_url, *old, record(uuid4()))
    async with await connect(fresh_database_url, application_name="tests") as db:
        async with db.transaction():
            await let_go(db, 365)
        gone = [(await db.execute(DELETE_OLD, (2,))).rowcount for _ in range(3)]
        assert gone == [2, 1, 0]
        async with db.transaction():
            await let_go(db, 365)
    found = await looked(fresh_database_url)
    assert (found.records, found.since, found.broken) == (5, 3, None)


async def test_many_processes_make_one_chain(fresh_database_url: str) -> None:
    async def one(name: int) -> None:
        known = Known()
        async with await connect(fresh_database_url, application_name="tests") as db:
            for turn in range(20):
                async with db.transaction():
                    await append(db, [record(uuid4(), request_id=f"{name}-{turn}")], known)

    await asyncio.gather(*(one(name) for name in range(4)))
    found = await looked(fresh_database_url)
    assert (found.records, found.broken) == (80, None)


async def test_a_change_and_its_record_are_committed_together(fresh_database_url: str) -> None:
    database = Database(fresh_database_url, before_commit=leave)
    patient, access = uuid4(), Access(action="POST", actor_id=uuid4())

    async def fail() -> None:
        async with database.write():
            access.patients.add(patient)
            raise ZeroDivisionError

    with begin(access), pytest.raises(ZeroDivisionError):
        await fail()
    assert access.kept is None
    assert (await looked(fresh_database_url)).pending == 0
    with begin(access):
        async with database.write():
            pass
    await database.close()
    assert access.complete
    assert (await looked(fresh_database_url)).pending == 1
    await added(fresh_database_url)
    found = await looked(fresh_database_url)
    assert (found.records, found.pending, found.broken) == (1, 0, None)


def test_an_emergency_has_a_record_of_its_own() -> None:
    ordinary, emergency = uuid4(), uuid4()
    access = Access(action="GET", purpose="TREAT", emergencies={emergency: "fell"})
    access.patients.update((ordinary, emergency))
    found = {one.patient_ids: (one.purpose, one.reason) for one in access.records("success")}
    assert found == {(ordinary,): ("TREAT", ""), (emergency,): ("ETREAT", "fell")}
    assert all(one.at <= dt.datetime.now(dt.UTC) for one in access.records("success"))
