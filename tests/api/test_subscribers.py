"""Who is sent alarms over MQTT: made by administrators, shown once, known to the broker at once."""

from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from api.settings import Settings
from gateways import subscriber_sync
from gateways.broker_subscribers import FOLDER, FileBrokerSubscribers
from storage.engine import connect
from telemetry.keys import digest
from telemetry.topics import ward_alarms
from tests.support.http import People, Person

PATH = "/api/subscribers/"


def file_of(settings: Settings, subscriber: str) -> Path:
    return settings.broker_accounts_dir / FOLDER / subscriber


async def added(admin: Person, **scope: object) -> dict[str, object]:
    answer = await admin.post(PATH, {"name": f"display {uuid4()}"[:40], **scope})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_a_ward_is_followed_whoever_comes_to_it(people: People, settings: Settings) -> None:
    admin = await people.person("admin")
    made = await added(admin, ward="3 West")
    assert made["username"] == f"sub-{made['id']}"
    assert made["topics"] == [ward_alarms(None, "3 West")]
    lines = file_of(settings, str(made["id"])).read_text().splitlines()
    assert lines == [digest(str(made["password"])).hex(), ward_alarms(None, "3 West")]


async def test_the_password_is_shown_once_and_kept_nowhere(people: People) -> None:
    admin = await people.person("admin")
    made = await added(admin, all=True)
    listed = await admin.get(PATH, limit=100)
    assert str(made["password"]) not in listed.text
    assert "password" not in listed.text
    (kept,) = await (
        await people.db.execute("SELECT digest FROM subscribers WHERE id = %s", (made["id"],))
    ).fetchall()
    assert kept == (digest(str(made["password"])),)


async def test_what_is_removed_is_gone_at_the_broker(people: People, settings: Settings) -> None:
    admin = await people.person("admin")
    patient = await people.patient()
    made = await added(admin, patient_id=str(patient.id))
    assert made["topics"] == [f"jeg/v1/alarms/{patient.id}"]
    path = file_of(settings, str(made["id"]))
    assert path.exists()
    gone = await people.client.delete(f"{PATH}{made['id']}/", headers=admin.headers)
    assert gone.status_code == 204
    assert not path.exists()
    journal = (path.parent / "revoked.log").read_text()
    assert journal.endswith(f"{made['id']}\n")
    again = await people.client.delete(f"{PATH}{made['id']}/", headers=admin.headers)
    assert again.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all": True, "ward": "4B"},
        {"ward": "4B", "patient_id": str(uuid4())},
        {"hospital_id": str(uuid4())},
        {"ward": ""},
        {"patient_id": str(uuid4())},
        {"ward": "4B", "hospital_id": str(uuid4())},
        {"all": True, "name": "../../etc/passwd"},
        {"all": True, "name": "a\nb"},
    ],
)
async def test_a_scope_that_is_none_is_refused(people: People, body: dict[str, object]) -> None:
    admin = await people.person("admin")
    answer = await admin.post(PATH, {"name": "x"} | body)
    assert answer.status_code == 422, answer.text


async def test_a_name_is_taken_once(people: People) -> None:
    admin = await people.person("admin")
    body = {"name": f"one {uuid4()}"[:40], "all": True}
    assert (await admin.post(PATH, body)).status_code == 201
    assert (await admin.post(PATH, body)).status_code == 409


@pytest.mark.parametrize("role", ["clinician", "developer", "patient"])
async def test_only_administrators_decide(people: People, role: str) -> None:
    person = await people.person(role)
    assert (await person.get(PATH)).status_code == 403
    assert (await person.post(PATH, {"name": "mine", "all": True})).status_code == 403


async def test_pages_follow_each_other(people: People) -> None:
    admin = await people.person("admin")
    made = {(await added(admin, all=True))["id"] for _ in range(3)}
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await admin.get(PATH, **query)).json()
        seen += [one["id"] for one in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


async def test_the_brokers_copy_is_put_right(
    people: People, settings: Settings, database_url: str
) -> None:
    admin = await people.person("admin")
    lost, changed = await added(admin, all=True), await added(admin, ward="4B")
    file_of(settings, str(lost["id"])).unlink()
    path = file_of(settings, str(changed["id"]))
    right = path.read_text()
    path.write_text(right + "jeg/v1/alarms/+\n")
    stray = file_of(settings, str(UUID(int=7)))
    stray.write_text(right)
    accounts = FileBrokerSubscribers(settings.broker_accounts_dir)
    db: psycopg.AsyncConnection
    async with await connect(database_url, application_name="tests") as db:
        assert await subscriber_sync.reconcile(db, accounts) >= 3
        assert await subscriber_sync.reconcile(db, accounts) == 0
    assert file_of(settings, str(lost["id"])).exists()
    assert path.read_text() == right
    assert not stray.exists()
