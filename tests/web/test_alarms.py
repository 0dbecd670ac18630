"""What a clinician does about alarms and rules, in a real browser."""

import re

from playwright.sync_api import Locator, Page, expect

from telemetry.clock import now_ms
from tests.support.pages import fits_a_phone
from tests.web.conftest import Clinic


def desaturate(clinic: Clinic, bed: int) -> None:
    """Let a patient's saturation fall for half a minute."""
    start = now_ms() - 60_000
    values = [96] * 20 + [86] * 40
    run = {"c": "oxygen_saturation", "t0": start, "dt": 1000, "v": values}
    clinic.send(bed, run)


def one_alarm(ward: Page, clinic: Clinic) -> Locator:
    """The alarm of a desaturation, opened on the page of alarms."""
    desaturate(clinic, 3)
    ward.get_by_role("link", name=re.compile("Alarms, 1 to acknowledge")).click()
    item = ward.locator(".alarm").first
    item.get_by_role("button", name=re.compile("^More")).press("Enter")
    return item


def test_an_alarm_is_taken_on_snoozed_noted_and_explained(ward: Page, clinic: Clinic) -> None:
    with clinic.program("analytics"):
        item = one_alarm(ward, clinic)
        expect(
            item.get_by_role("img", name=re.compile("Oxygen saturation: .* readings"))
        ).to_be_visible()
        expect(item.locator(".why")).to_contain_text("builtin:1")
        item.get_by_role("button", name="Assign to me").click()
        expect(item).to_contain_text("With you")
        item.get_by_label("Note").fill("probe was loose")
        item.get_by_role("button", name="Add note").click()
        item.get_by_label("Snooze for").select_option(label="30 min")
        item.get_by_role("button", name="Snooze", exact=True).click()
        expect(item).to_contain_text("Snoozed until")
        item.get_by_role("button", name="History").click()
        expect(item.locator(".history")).to_contain_text("Snoozed")
        expect(item.locator(".history")).to_contain_text("probe was loose")
        expect(item.locator(".history")).to_contain_text("by ")
        fits_a_phone(ward, "alarms-history")
        item.get_by_role("button", name="Why").click()
        fits_a_phone(ward, "alarms-why")
        item.get_by_role("button", name="End snooze").click()
        expect(item).not_to_contain_text("Snoozed until")
        item.get_by_label("Why it is shelved").fill("being washed")
        item.get_by_role("button", name="Shelve").click()
        expect(ward.get_by_text("No open alarms")).to_be_visible()
        ward.get_by_label("State").select_option(label="Shelved")
        expect(ward.locator(".alarm")).to_contain_text("Shelved")
    ((state,),) = clinic.execute(
        "SELECT state FROM alarms WHERE condition = 'oxygen_saturation_low'"
    )
    assert state == "suppressed"


def test_who_was_slower_is_told_and_sees_the_alarm_as_it_is(ward: Page, clinic: Clinic) -> None:
    with clinic.program("analytics"):
        item = one_alarm(ward, clinic)
        # Somebody else's change that the stream has not told of.
        clinic.execute("UPDATE alarms SET version = version + 1, message = 'as it is now'")
        item.get_by_role("button", name="Assign to me").click()
        expect(item.get_by_role("alert")).to_contain_text("Somebody changed this alarm meanwhile")
        expect(item).to_contain_text("As it is now")
        item.get_by_role("button", name="Assign to me").click()
        expect(item).to_contain_text("With you")


def test_an_alarm_is_given_to_somebody_else(ward: Page, clinic: Clinic) -> None:
    with clinic.program("analytics"):
        item = one_alarm(ward, clinic)
        item.get_by_role("button", name="Assign to…").click()
        whom = item.get_by_label("Assign to", exact=True)
        expect(whom.locator("option").first).to_be_attached()
        item.get_by_label("Name to look for").fill("nobody of this name")
        expect(whom).to_be_disabled()
        item.get_by_label("Name to look for").fill("addo")
        expect(whom).to_contain_text("Efua Addo")
        item.get_by_role("button", name="Assign", exact=True).click()
        expect(item).to_contain_text("With Efua Addo")
        expect(item.get_by_label("Name to look for")).to_have_count(0)


def test_filters_narrow_the_list(ward: Page, clinic: Clinic) -> None:
    with clinic.program("analytics"):
        one_alarm(ward, clinic)
        ward.get_by_label("About").select_option(label="Equipment")
        expect(ward.get_by_text("No such alarms")).to_be_visible()
        ward.get_by_label("About").select_option(label="Patient")
        expect(ward.locator(".alarm")).to_have_count(1)
        ward.get_by_label("Mine only").check()
        expect(ward.get_by_text("No such alarms")).to_be_visible()


def test_a_patients_rule_is_tried_kept_and_taken_back(ward: Page, clinic: Clinic) -> None:
    patient = clinic.patient(3)
    with clinic.program("analytics"):
        desaturate(clinic, 3)
        ward.locator(f".row[data-patient='{patient.id}'] .alarm-tag__title").wait_for()
        ward.goto(f"{clinic.url}/patients/{patient.id}")
        ward.get_by_role("heading", name="Alarm rules").click()
        ward.get_by_role("button", name=re.compile("^Oxygen saturation low")).click()
        form = ward.get_by_role("form", name="Oxygen saturation low")
        form.get_by_label("Limit").fill("80")
        form.get_by_label("High priority from").fill("75")
        form.get_by_role("button", name=re.compile("Try on")).click()
        expect(form.get_by_role("status")).to_contain_text(re.compile("alarms (a day|in)"))
        fits_a_phone(ward, "rules")
        form.get_by_label("Why it is changed").fill("COPD")
        form.get_by_role("button", name="Keep").click()
        expect(form.get_by_role("status")).to_contain_text("Kept")
        expect(form.get_by_role("button", name="Take back")).to_be_visible()
        ((limit,),) = clinic.execute(
            "SELECT limit_value FROM alarm_rules WHERE patient_id = %s", patient.id
        )
        assert limit == 80
        form.get_by_label("Limit").fill("800")
        expect(form.get_by_role("status")).to_contain_text("can be")
        expect(form.get_by_role("button", name="Keep")).to_be_disabled()
        form.get_by_label("Limit").fill("80")
        form.get_by_label("Why it is changed").fill("by mistake")
        form.get_by_role("button", name="Take back").click()
        expect(form.get_by_role("status")).to_contain_text("Taken back")
