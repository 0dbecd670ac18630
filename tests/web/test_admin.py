"""The admin panel in a real browser: a login with an authenticator, a patient, a device's end."""

from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from stack.demo_clinic import ADMIN, PASSWORD, Patient
from tests.support.pages import fits_a_phone
from tests.web.conftest import Clinic


def test_an_administrator_logs_in_with_an_authenticator_and_revokes_a_device(
    page: Page, clinic: Clinic, requests: list[Request]
) -> None:
    refused: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            refused.append(message.text)

    page.on("console", heard)
    page.goto(f"{clinic.url}/admin")
    _log_in(page)
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()
    fits_a_phone(page, "admin-home")

    patient = clinic.patient(2)
    page.locator(".card").get_by_role("link", name="Users", exact=True).click()
    page.get_by_role("searchbox").fill(patient.last_name.lower()[:5])
    page.keyboard.press("Enter")
    row = page.locator("tbody tr", has_text=patient.last_name)
    expect(row).to_have_count(1)
    expect(page.locator("tbody tr")).to_have_count(1)
    fits_a_phone(page, "admin-users")
    row.get_by_text(patient.last_name).click()
    expect(
        page.get_by_role("heading", name=f"{patient.first_name} {patient.last_name}")
    ).to_be_visible()
    fits_a_phone(page, "admin-user")

    page.locator(".card", has_text="Related").get_by_role("link", name="Devices (owner)").click()
    device = page.locator("tbody tr", has_text="Bedside monitor 2")
    expect(device).to_have_count(1)
    fits_a_phone(page, "admin-devices")
    device.get_by_text("Bedside monitor 2").click()
    expect(
        page.get_by_role("link", name=f"{patient.first_name} {patient.last_name}")
    ).to_be_visible()
    page.locator(".card-actions").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Its keys stop working at once")).to_be_visible()
    fits_a_phone(page, "admin-revoke")
    page.locator(".modal").get_by_role("button", name="Revoke").click()
    expect(page.locator("tr", has_text="Status").first).to_contain_text("REVOKED")
    fits_a_phone(page, "admin-device")
    found = clinic.execute("SELECT status FROM iot_devices WHERE device_id = %s", patient.device_id)
    assert found == [("REVOKED",)]

    page.goto(f"{clinic.url}/admin/alarms/list")
    page.get_by_role("combobox", name="Page size").select_option("50")
    page.wait_for_url("**page_size=50**")
    fits_a_phone(page, "admin-alarms")
    _make_rule(page, clinic, patient)
    page.goto(f"{clinic.url}/admin/")
    page.get_by_label("Open user menu").last.click()
    page.get_by_role("button", name="Logout").last.click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert [
        one.url for one in requests if urlsplit(one.url).netloc != urlsplit(clinic.url).netloc
    ] == []
    assert refused == [], "nothing that the page's policy refuses"


def _log_in(page: Page) -> None:
    fits_a_phone(page, "admin-login")
    page.get_by_label("Username or e-mail address").fill(ADMIN.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator("p code").inner_text()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    fits_a_phone(page, "admin-enrol")
    page.get_by_label("The code that the app shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".panel-codes li")).to_have_count(10)
    fits_a_phone(page, "admin-codes")
    page.get_by_role("link", name="Go on").click()


def _make_rule(page: Page, clinic: Clinic, patient: Patient) -> None:
    page.goto(f"{clinic.url}/admin/alarm_rules/create")
    fits_a_phone(page, "admin-rule")
    page.get_by_label("Condition").select_option("heart_rate_high")
    page.locator("#patient_id + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill(patient.last_name)
    page.locator(".select2-results__option", has_text=patient.last_name).click()
    page.get_by_label("Limit value").fill("145")
    page.get_by_label("Reason").fill("Trains for a race")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("tbody tr", has_text=patient.last_name)).to_have_count(1)
    made = "SELECT limit_value, reason FROM alarm_rules WHERE patient_id = %s"
    assert clinic.execute(made, patient.id) == [(145.0, "Trains for a race")]
