"""Paying for an appointment in a real browser, into the local ledger."""

from uuid import uuid4

from playwright.sync_api import Page, Request, expect

from tests.web.conftest import CLINICIAN, Clinic


def test_an_appointment_is_paid_on_the_account_page(
    ward: Page, clinic: Clinic, requests: list[Request]
) -> None:
    provider = uuid4()
    clinic.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number,"
        " consultation_fee) VALUES (%s, 'Kofi', 'Boateng', %s, %s, 45.50)",
        provider,
        f"{provider}@clinic.example",
        str(provider),
    )
    # Doctors are patients, too.
    clinic.execute(
        "INSERT INTO appointments (patient_id, healthcare_provider_id, appointment_date,"
        " duration_minutes, consultation_fee, payment_status)"
        " SELECT id, %s, now() + interval '3 days', 30, 45.50, 'pending' FROM users"
        " WHERE email = %s",
        provider,
        CLINICIAN,
    )
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
