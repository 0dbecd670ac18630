"""What the admin panel does about devices, and what was refused of them."""

from uuid import UUID, uuid4

from api.settings import Settings
from tests.support.http import People
from tests.support.panel import (
    Browser,
    newest_record,
    one,
)


async def test_revoking_a_device_ends_its_keys_at_once_everywhere(
    browser: Browser, people: People, settings: Settings
) -> None:
    patient = await people.patient()
    made = await patient.post("/api/iot/devices/", {"device_type": "MONITOR", "name": "Bed 1"})
    device, key = UUID(made.json()["device_id"]), made.json()["api_key"]
    accounts = [one for one in settings.broker_accounts_dir.rglob("*") if str(device) in one.name]
    assert accounts, "the broker lets it in"
    proof = {"device_id": str(device), "api_key": key}
    assert (await browser.client.post("/api/iot/devices/verify/", json=proof)).is_success

    done = await browser.act("iot_devices", device, "revoke")
    assert done.status_code == 200, done.text
    assert (
        await one(people, "SELECT status FROM iot_devices WHERE device_id = %s", device)
        == "REVOKED"
    )
    assert (await browser.client.post("/api/iot/devices/verify/", json=proof)).status_code == 401
    left = [path for path in accounts if path.exists() and key_lives(path.read_text())]
    assert left == [], "the broker lets it in no more"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert (told[1], told[2], told[3]) == ("POST", f"iot_devices/{device}/revoke", "success")
    assert told[5] == [patient.id]
    again = await browser.act("iot_devices", device, "revoke")
    assert again.status_code == 400, "it is revoked for good"
    assert (await newest_record(people, "/admin/_api/{key}/row-action"))[3] == "refused"


def key_lives(text: str) -> bool:
    """Whether an account at the broker has a key."""
    return bool(text.strip())


async def test_a_device_is_renamed_in_the_shape_of_the_api(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    path = f"iot_devices/edit?pk={device}"
    form = await browser.client.get(f"/admin/{path}")
    assert form.status_code == 200
    assert 'name="owner_id"' not in form.text
    browser._read(form)
    typed = {"device_type": "MONITOR", "manufacturer": "", "model": "", "firmware_version": ""}
    done = await browser.post(path, name="Bed 7", status="ACTIVE", **typed)
    assert done.status_code == 303, done.text[:3000]
    row = "SELECT name || status FROM iot_devices WHERE device_id = %s"
    assert await one(people, row, device) == "Bed 7ACTIVE"
    bad = await browser.post(path, name="x" * 300, status="ACTIVE", **typed)
    assert bad.status_code == 422
    assert await one(people, row, device) == "Bed 7ACTIVE"
    bad = await browser.post(path, name="Bed 7", status="REVOKED", owner_id=str(uuid4()), **typed)
    assert bad.status_code == 422
    assert await one(people, row, device) == "Bed 7ACTIVE"


async def test_a_dead_letter_is_judged_again_and_no_other(browser: Browser, people: People) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    letters = [
        await one(
            people,
            "INSERT INTO dead_letters (received_at, reason, device_id, topic, payload, readings,"
            " boot, seq, outcome, replayable)"
            " VALUES (now(), 'device_inactive', %s, 'jeg/v1/0/none', '{}', 1, 1, %s, 2, true)"
            " RETURNING id",
            device,
            seq,
        )
        for seq in (1, 2)
    ]
    refused = await browser.act("dead_letters", letters[0], "retry")
    assert refused.status_code == 400
    assert "stays refused" in refused.json()["msg"]
    released = "SELECT count(released_at) FROM dead_letters WHERE id = ANY(%s)"
    assert await one(people, released, letters) == 0
