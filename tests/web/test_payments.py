"""Paying for an appointment in a real browser, into the local ledger."""

from uuid import uuid4

from playwright.sync_api import Page, Request, expect

from tests.web.conftest import CLINICIAN, Clinic


def _due(clinic: Clinic) -> None:
    """An appointment of the clinician, who is a patient, too, that is to be paid."""
    provider = uuid4()
    clinic.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number,"
        " consultation_fee) VALUES (%s, 'Kofi', 'Boateng', %s, %s, 45.50)",
        provider,
        f"{provider}@clinic.example",
        str(provider),
    )
    clinic.execute(
        "INSERT INTO appointments (patient_id, healthcare_provider_id, appointment_date,"
        " duration_minutes, consultation_fee, payment_status)"
        " SELECT id, %s, now() + interval '3 days', 30, 45.50, 'pending' FROM users"
        " WHERE email = %s",
        provider,
        CLINICIAN,
    )


def test_an_appointment_is_paid_on_the_account_page(
    ward: Page, clinic: Clinic, requests: list[Request]
) -> None:
    _due(clinic)
    ward.goto(f"{clinic.url}/account")
    panel = ward.get_by_role("region", name="Payments")
    due = panel.get_by_role("list", name="To be paid")
    due.get_by_role("button", name="Pay now").click()
    expect(due.get_by_role("status")).to_contain_text("45.50")
    due.get_by_role("button", name="Try: no funds").click()
    expect(due.get_by_role("status")).to_contain_text("did not go through")
    due.get_by_role("button", name="Pay", exact=True).click()
    expect(panel.get_by_role("list", name="Paid", exact=True)).to_contain_text("paid ·")
    paid = (
        "SELECT a.payment_status, p.state FROM payments p"
        " JOIN appointments a ON a.id = p.appointment_id"
    )
    assert clinic.execute(paid) == [("paid", "paid")]
    # Nothing of anybody else's is loaded to pay.
    assert all(request.url.startswith((clinic.url, "data:", "blob:")) for request in requests)


def test_an_appointment_is_paid_on_its_card_and_has_a_receipt(ward: Page, clinic: Clinic) -> None:
    _due(clinic)
    ward.set_viewport_size({"width": 390, "height": 844})
    ward.goto(f"{clinic.url}/appointments")
    card = ward.get_by_role("listitem").filter(has_text="Kofi Boateng")
    expect(card).to_contain_text("To be paid: 45.50")
    expect(card.get_by_role("button", name="Receipt")).to_have_count(0)
    card.get_by_role("button", name="Pay now").click()
    card.get_by_role("button", name="Try: declined").click()
    expect(card.get_by_role("status")).to_contain_text("did not go through")
    assert ward.evaluate("document.documentElement.scrollWidth") <= 390
    card.get_by_role("button", name="Pay", exact=True).click()
    expect(card).to_contain_text("Payment: received")
    with ward.context.expect_page() as opened:
        card.get_by_role("button", name="Receipt").click()
    expect(opened.value.get_by_role("heading", name="Receipt")).to_be_visible()
    expect(opened.value.locator("body")).to_contain_text("Kofi Boateng")
