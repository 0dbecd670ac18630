"""Providers in a real browser: found though misspelt, a free time chosen, entered by an admin."""

from playwright.sync_api import Page, expect

from stack.demo_clinic import ADMIN
from tests.support.pages import fits_a_phone, log_in
from tests.web.conftest import Clinic

PATIENT = "ama.owusu@demo.example"


def log_in_as(page: Page, email: str) -> None:
    """Log in and go to the providers."""
    log_in(page, email)
    page.get_by_role("link", name="Providers").click()
    page.get_by_role("heading", name="Find a provider").wait_for()


def test_a_patient_finds_a_provider_and_a_free_time(page: Page, clinic: Clinic) -> None:
    log_in_as(page, PATIENT)
    found = page.get_by_role("list", name="Providers found")
    expect(found).to_contain_text("Akosua Frimpong")
    expect(found).to_contain_text("Abena Osei-Tutu")
    fits_a_phone(page, "providers")
    page.get_by_label("Specialization").fill("dermatolgy")
    expect(found.get_by_role("listitem")).to_have_count(1)
    expect(found).to_contain_text("Akosua Frimpong")
    page.get_by_label("Fee at most").fill("100")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    page.get_by_label("Fee at most").fill("")
    page.get_by_label("Free").select_option("month")
    expect(found).to_contain_text("Free from")
    expect(page.get_by_role("button", name="New provider")).to_have_count(0)
    found.get_by_role("link", name="Akosua Frimpong").click()
    expect(page.get_by_role("heading", name="Akosua Frimpong")).to_be_visible()
    expect(page.get_by_role("complementary", name="About")).to_contain_text("Ridge Demo Clinic")
    free = page.get_by_role("region", name="Free times")
    slot = free.locator(".slots__time").first
    expect(slot).to_be_visible()
    free.get_by_role("button", name="Later days").click()
    free.get_by_role("button", name="From today").click()
    expect(free.get_by_role("button", name="From today")).to_have_count(0)
    expect(slot).to_be_visible()
    fits_a_phone(page, "provider")
    slot.click()
    page.wait_for_url("**/book?provider=*&start=20*&hospital=*")
    expect(page.get_by_role("heading", name="Book with Akosua Frimpong")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Back to all providers").click()
    expect(found).to_contain_text("Kofi Danso")
    assert clinic.url in page.url


def test_an_admin_enters_a_hospital_and_a_provider(page: Page, clinic: Clinic) -> None:
    log_in_as(page, ADMIN.email)
    page.get_by_role("button", name="New hospital").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Tamale Demo Clinic")
    dialog.get_by_label("City").fill("Tamale")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="New provider").click()
    for label, value in (
        ("First name", "Efua"),
        ("Last name", "Sarpong"),
        ("E-mail", "efua.sarpong@demo.example"),
        ("Specialization", "oncology"),
        ("Licence (NPI)", "1234567890"),
    ):
        dialog.get_by_label(label, exact=True).fill(value)
    dialog.get_by_label("Tamale Demo Clinic").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("license number has a wrong check digit")
    fits_a_phone(page, "provider-form")
    dialog.get_by_label("Licence (NPI)").fill("1234567893")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("link", name="Efua Sarpong").click()
    about = page.get_by_role("complementary", name="About")
    expect(about).to_contain_text("Tamale Demo Clinic, Tamale")
    expect(about).to_contain_text("✓ checked")
    page.get_by_role("button", name="Change").click()
    dialog.get_by_label("About").fill("Listens first.")
    dialog.get_by_label("Kumasi Demo Hospital").check()
    dialog.get_by_label("Primary hospital").select_option("Kumasi Demo Hospital")
    dialog.get_by_role("searchbox", name="Account").fill("ama owu")
    dialog.get_by_role("button", name="Ama Owusu").click()
    expect(dialog.get_by_role("group", name="Account")).to_contain_text(PATIENT)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(about).to_contain_text("Listens first.")
    expect(about).to_contain_text("Kumasi Demo Hospital")
    found = clinic.execute(
        "SELECT count(*) FROM provider_hospitals p JOIN healthcare_providers h"
        " ON h.id = p.provider_id WHERE h.email = 'efua.sarpong@demo.example'"
    )
    assert found == [(2,)]
    kept = clinic.execute(
        "SELECT u.email, o.name FROM healthcare_providers h JOIN users u ON u.id = h.user_id"
        " JOIN provider_hospitals p ON p.provider_id = h.id AND p.is_primary"
        " JOIN hospitals o ON o.id = p.hospital_id WHERE h.email = 'efua.sarpong@demo.example'"
    )
    assert kept == [(PATIENT, "Kumasi Demo Hospital")]
