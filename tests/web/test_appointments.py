"""Appointments in a real browser: booked, moved, cancelled, with documents; the provider's day."""

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from stack.demo_clinic import demo_id
from tests.support.pages import fits_a_phone, log_in, wait_until
from tests.web.conftest import Clinic

PATIENT = "ama.owusu@demo.example"
DOCTOR = "dr.boateng@demo.example"


def test_a_patient_books_and_looks_after_it(page: Page, clinic: Clinic) -> None:
    log_in(page, PATIENT)
    page.get_by_role("link", name="Appointments").click()
    coming = page.get_by_role("list", name="To come").get_by_role("listitem")
    expect(coming).to_have_count(2)
    provider = demo_id("provider", DOCTOR)
    page.evaluate(f"history.pushState(null, '', '/book?provider={provider}')")
    page.get_by_role("group", name="Free times").wait_for()
    page.locator(".slots__day").nth(4).get_by_role("button", name="11:00").click()
    page.get_by_label("What is it about?").fill("Palpitations")
    fits_a_phone(page, "book")
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("It is booked")).to_be_visible()
    page.get_by_role("link", name="To my appointments").click()
    made = coming.filter(has_text="Palpitations")
    expect(made).to_contain_text("Yaw Boateng")
    made.get_by_role("button", name="Documents").click()
    document = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%x"}
    made.get_by_label("Add a document").set_input_files(document)  # type: ignore[arg-type]
    made.get_by_role("button", name="Add it").click()
    expect(made.get_by_role("button", name="letter.pdf", exact=True)).to_be_visible()
    made.get_by_role("button", name="Link to letter.pdf").click()
    link = made.get_by_label("Link", exact=True)
    expect(link).to_have_value(re.compile(f"^{clinic.url}/api/appointments/"))
    assert httpx.get(link.input_value()).content == b"%PDF-1.7\n%x"
    fits_a_phone(page, "appointments")
    page.on("dialog", lambda dialog: dialog.accept())
    made.get_by_role("button", name="Move").click()
    made.locator(".slots__day").nth(5).get_by_role("button", name="13:00").click()
    expect(made).to_contain_text("13:00 to 13:30")
    made.get_by_role("button", name="Cancel…").click()
    made.get_by_role("button", name="Cancel the appointment").click()
    gone = page.get_by_role("list", name="Before").get_by_role("listitem")
    expect(gone.filter(has_text="Palpitations")).to_contain_text("Cancelled")
    rated = gone.filter(has_text="Completed").first
    rated.get_by_role("button", name="Your rating").click()
    expect(rated).to_contain_text("Your rating: 5 of 5")
    expect(rated).to_contain_text("Essential hypertension, controlled")
    calendar = page.get_by_role("region", name="In your calendar")
    calendar.get_by_role("button", name="Make an address").click()
    address = calendar.get_by_label("Address")
    expect(address).to_have_value(re.compile(f"^{clinic.url}/api/appointments/calendar/"))
    feed = address.input_value()
    assert "SUMMARY:Yaw Boateng" in httpx.get(feed).text
    calendar.get_by_role("button", name="End it").click()
    expect(address).to_have_count(0)
    assert httpx.get(feed).status_code == 404


@pytest.mark.usefixtures("clinic")
def test_an_appointment_to_come_does_not_first_stand_among_those_before(page: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(re.compile(r"/api/appointments/\?.*upcoming"), hold)
    log_in(page, PATIENT)
    with page.expect_response(re.compile(r"/api/appointments/\?patient")):
        page.get_by_role("link", name="Appointments").click()
    wait_until(page, lambda: waiting)
    before = page.get_by_role("list", name="Before").get_by_role("listitem")
    expect(page.get_by_text("Loading the appointments")).to_be_attached()
    expect(before).to_have_count(0)
    for route in waiting:
        route.continue_()
    expect(page.get_by_role("list", name="To come").get_by_role("listitem")).to_have_count(2)
    expect(before.filter(has_text="Completed").first).to_be_visible()


def test_a_provider_sees_who_comes_and_completes(page: Page, clinic: Clinic) -> None:
    # One of those to come is about to begin.
    clinic.execute(
        "UPDATE appointments SET appointment_date = now() + interval '5 min' WHERE id = %s",
        demo_id("appointment", "upcoming:1"),
    )
    log_in(page, DOCTOR)
    page.get_by_role("link", name="Appointments").click()
    day = page.get_by_role("list", name="Appointments of the day").get_by_role("listitem")
    soon = clinic.execute("SELECT (now() + interval '5 min')::date = now()::date")
    if soon != [(True,)]:
        page.get_by_role("button", name="After").click()
    row = day.filter(has_text="Kojo Appiah")
    row.get_by_role("button", name="Check in").click()
    expect(row).to_contain_text("Checked in")
    row.get_by_role("button", name="Complete…").click()
    row.get_by_label("Diagnosis").fill("Hypertension")
    for medicine in ("Warfarin", "Ibuprofen"):
        row.get_by_role("button", name="Prescribe a medicine…").click()
        row.get_by_role("searchbox").fill(medicine)
        row.get_by_role("button", name=f"{medicine} ").first.click()
        item = row.get_by_role("group", name=medicine)
        item.get_by_label("Dosage").fill("1 tablet")
        item.get_by_label("How often").fill("Once daily")
    fits_a_phone(page, "day")
    row.get_by_role("button", name="Complete", exact=True).click()
    # The two do not go together, which the API alone can know: neither is the patient's yet.
    expect(row.get_by_role("alert")).to_contain_text("severe warning speaks against Ibuprofen")
    told = row.get_by_role("group", name=re.compile("What speaks against Ibuprofen"))
    expect(told).to_contain_text(re.compile("warfarin", re.IGNORECASE))
    row.get_by_label("Why in spite of the severe warning").fill("For two days, with an INR")
    row.get_by_role("button", name="Complete", exact=True).click()
    expect(row).to_contain_text("Completed")
    expect(row.get_by_role("definition").first).to_have_text("Hypertension")
    prescribed = clinic.execute(
        "SELECT prescribed_medications FROM appointments WHERE id = %s",
        demo_id("appointment", "upcoming:1"),
    )
    assert [line.split()[0] for line in prescribed[0][0].splitlines()] == ["Warfarin", "Ibuprofen"]
