"""What the admin panel does about alarms, their rules, and who is called for them."""

from uuid import uuid4

from tests.support.http import People
from tests.support.panel import (
    Browser,
    newest_record,
    one,
)


async def test_closing_an_alarm_leaves_its_transition_and_what_was_said(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    alarm = await people.alarm(patient, state="latched")
    version = await one(people, "SELECT version FROM alarms WHERE id = %s", alarm)
    done = await browser.act("alarms", alarm, "close", version=version, note="seen at the bed")
    assert done.status_code == 200, done.text
    assert await one(people, "SELECT state FROM alarms WHERE id = %s", alarm) == "closed"
    steps = "SELECT count(*) FROM alarm_transitions WHERE alarm_id = %s AND to_state = 'closed'"
    assert await one(people, steps, alarm) >= 1
    note = "SELECT text FROM alarm_notes WHERE alarm_id = %s"
    assert await one(people, note, alarm) == "seen at the bed"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert told[2] == f"alarms/{alarm}/close"
    assert told[5] == [patient.id]


async def test_nobody_closes_what_lasts_or_what_they_have_not_seen(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    active = await people.alarm(patient)
    refused = await browser.act("alarms", active, "close")
    assert refused.status_code == 400
    latched = await people.alarm(patient, state="latched", condition="heart_rate_low")
    stale = await browser.act("alarms", latched, "close", version="999")
    assert stale.status_code == 400
    long = await browser.act("alarms", latched, "close", note="x" * 3000)
    assert long.status_code == 400
    states = "SELECT array_agg(DISTINCT state) FROM alarms WHERE id IN (%s, %s)"
    assert "closed" not in await one(people, states, active, latched)


async def test_the_current_rule_is_withdrawn_with_its_reason(
    browser: Browser, people: People
) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    path = f"/api/alarm-rules/heart_rate_high/?patient={patient.id}"
    put = await people.client.put(
        path, json={"limit": 150, "reason": "Runs"}, headers=admin.headers
    )
    assert put.status_code == 200, put.text
    row = await one(people, "SELECT id FROM alarm_rules WHERE patient_id = %s", patient.id)
    assert (await browser.act("alarm_rules", row, "withdraw", reason="")).status_code == 400
    done = await browser.act("alarm_rules", row, "withdraw", reason="Runs no more")
    assert done.status_code == 200, done.text
    newest = "SELECT reason FROM alarm_rules WHERE patient_id = %s AND withdrawn"
    assert await one(people, newest, patient.id) == "Runs no more"
    again = await browser.act("alarm_rules", row, "withdraw", reason="Once more")
    assert again.status_code == 400


async def test_a_policy_is_taken_out_of_force(browser: Browser, people: People) -> None:
    admin, ward = await people.person("admin"), f"{uuid4()}"
    step = {"after_seconds": 0, "who": "care_team", "channels": ["in_app"]}
    put = await people.client.put(
        "/api/escalation-policies/",
        json={"priority": "high", "ward": ward, "steps": [step]},
        headers=admin.headers,
    )
    assert put.status_code == 200, put.text
    row = put.json()["id"]
    done = await browser.act("escalation_policies", row, "end")
    assert done.status_code == 200, done.text
    ended = "SELECT superseded_at IS NOT NULL FROM escalation_policies WHERE id = %s"
    assert await one(people, ended, row) is True
    assert (await browser.act("escalation_policies", row, "end")).status_code == 400


async def test_a_rule_is_made_and_has_a_next_version(browser: Browser, people: People) -> None:
    patient = await people.patient()
    form = await browser.get("alarm_rules/create")
    assert "heart_rate_high" in form.text
    typed = {"condition": "heart_rate_high", "patient_id": str(patient.id)}
    for wrong in (
        {},
        {"reason": "Runs", "limit_value": "many"},
        {"reason": "Runs", "limit_value": "9000"},
        {"reason": "Runs", "limit_value": "150", "ward": "North"},
        {"reason": "Runs", "limit_value": "150", "patient_id": f"{uuid4()}"},
    ):
        bad = await browser.post("alarm_rules/create", **typed | wrong)
        assert bad.status_code == 422, wrong
    values = {"limit_value": "150", "reason": "Runs", "enabled": "true", "priority": ""}
    made = await browser.post("alarm_rules/create", **typed, **values)
    assert made.status_code == 303, made.text[-2000:]
    told = await newest_record(people, "/admin/{key}/create")
    assert (told[3], told[5]) == ("success", [patient.id])
    again = await browser.post("alarm_rules/create", **typed, **values)
    assert again.status_code == 422
    assert "There is one of this scope already" in again.text
    newest = ("SELECT {} FROM alarm_rules WHERE patient_id = %s AND superseded_at IS NULL").format
    row = await one(people, newest("id"), patient.id)
    form = await browser.get("alarm_rules/edit", pk=row)
    assert 'value="150.0"' in form.text
    assert 'value="Runs"' not in form.text, "each change has its own reason"
    path = f"alarm_rules/edit?pk={row}"
    assert (await browser.post(path, limit_value="160")).status_code == 422, "no reason"
    changed = await browser.post(path, limit_value="160", delay_seconds="20", reason="Trains")
    assert changed.status_code == 303, changed.text[-2000:]
    said = newest("concat_ws(' ', version, limit_value, delay_seconds, enabled, reason)")
    assert await one(people, said, patient.id) == "2 160 20 Trains"
    late = await browser.post(path, limit_value="170", reason="Too late")
    assert late.status_code == 422
    assert await one(people, said, patient.id) == "2 160 20 Trains"
    effective = await patient.get("/api/alarm-rules/heart_rate_high/", patient=str(patient.id))
    assert effective.json()["values"]["limit"] == {"value": 160.0, "source": "patient:2"}


async def test_a_rule_of_a_hospital_that_there_is_not_is_refused(browser: Browser) -> None:
    typed = {"condition": "heart_rate_high", "ward": "North", "hospital_id": f"{uuid4()}"}
    answer = await browser.post("alarm_rules/create", **typed, limit_value="150", reason="Runs")
    assert answer.status_code == 422


async def test_a_policy_is_put_in_force_and_changed(browser: Browser, people: People) -> None:
    ward = f"{uuid4()}"
    typed = {"priority": "high", "ward": ward}
    for steps in ("", "at once, everybody", "0 everybody in_app", "60 care_team sms\n0 user:x sms"):
        bad = await browser.post("escalation_policies/create", **typed, steps=steps)
        assert bad.status_code == 422, steps
        assert "Traceback" not in bad.text
    steps = "0 care_team in_app,push\r\n120 ward_role:clinician in_app, sms\r\n"
    made = await browser.post("escalation_policies/create", **typed, steps=steps)
    assert made.status_code == 303, made.text[-2000:]
    row = await one(people, "SELECT id FROM escalation_policies WHERE ward = %s", ward)
    assert (
        await browser.post("escalation_policies/create", **typed, steps=steps)
    ).status_code == 422
    form = await browser.get("escalation_policies/edit", pk=row)
    assert "0 care_team in_app,push\n120 ward_role:clinician in_app,sms" in form.text
    path = f"escalation_policies/edit?pk={row}"
    changed = await browser.post(path, steps="5 care_team sms", repeat_seconds="90")
    assert changed.status_code == 303, changed.text[-2000:]
    said = (
        "SELECT concat_ws(' ', version, priority, steps->0->>'after_seconds', repeat_seconds)"
        " FROM escalation_policies WHERE ward = %s AND superseded_at IS NULL"
    )
    assert await one(people, said, ward) == "2 high 5.0 90"
    assert (await browser.post(path, steps="9 care_team sms")).status_code == 422, "an old one"
