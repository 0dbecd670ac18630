"""Receipts: what the payer paid, to whom, and what went back, in the payer's own words."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.payments.receipts import rendered
from storage.models import Payment, PaymentRefund
from storage.queries.receipts import Parties
from tests.support.clinic import Clinic
from tests.support.http import People, Person

WHEN = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
WHO = Parties(
    *("Ama Owusu", "en", "Africa/Accra", "Kwame Mensah", "Ridge", "1 Castle Road", "Accra"),
    country="Ghana",
    appointment_date=WHEN,
)


def words(page: str) -> str:
    """The text of a page."""
    plain = unescape(re.sub(r"<style>.*</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    return " ".join(plain.split())


def payment(**fields: Any) -> Payment:
    given = {"amount": Decimal("1245.500"), "currency": "USD", "state": "paid", "paid_at": WHEN}
    return Payment(id=uuid4(), provider="local", **(given | fields))


def refund(amount: str, state: str) -> PaymentRefund:
    return PaymentRefund(amount=Decimal(amount), state=state, created_at=WHEN, finished_at=None)


def test_it_says_who_paid_whom_how_much_and_what_went_back() -> None:
    refunds = [refund("45.500", "succeeded"), refund("200", "pending"), refund("9", "failed")]
    said = words(rendered(payment(), refunds, WHO))
    for part in (
        "Paid on 4 Mar 2026, 09:30 (GMT)",
        "Paid by Ama Owusu",
        "Provider Kwame Mensah",
        "Hospital Ridge 1 Castle Road Accra Ghana",
        "Amount paid USD 1,245.50",
        "\u2212 USD 45.50",
        "Refund on its way since 4 Mar 2026, 09:30 (GMT) \u2212 USD 200.00",
        "Total USD 1,000.00",
    ):
        assert part in said
    assert "9.00" not in said


def test_it_is_in_the_payers_language_and_on_their_clock() -> None:
    french = replace(WHO, language="fr", time_zone="Europe/Paris")
    page = rendered(payment(currency="EUR"), [], french)
    assert '<html lang="fr">' in page
    said = words(page)
    assert "Reçu" in said
    assert "Payé le 4 mars 2026 à 10:30 (CET)" in said
    assert "Total 1 245,50 EUR" in said


def test_a_currency_has_its_own_places() -> None:
    assert (
        "Total JPY 500 "
        in words(rendered(payment(amount=Decimal(500), currency="JPY"), [], WHO)) + " "
    )


def test_a_name_is_no_markup() -> None:
    page = rendered(payment(), [], replace(WHO, payer="<script>alert(1)</script>"))
    assert "<script>" not in page


async def paid(people: People, patient: Person, state: str = "paid") -> UUID:
    clinic = Clinic(people.db)
    hospital = await clinic.hospital(city="Accra", address="1 Castle Road")
    provider = await clinic.provider(hospital, first_name="Kwame", last_name="Mensah")
    visit = await clinic.appointment(
        provider,
        patient.id,
        dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
        hospital_id=hospital,
        consultation_fee=Decimal("45.50"),
        payment_status="pending",
        chief_complaint="Short of breath",
    )
    made = await clinic.insert(
        "payments",
        {
            "appointment_id": visit,
            "patient_id": patient.id,
            "provider": "local",
            "amount": Decimal("45.50"),
            "currency": "USD",
            "idempotency_key": str(uuid4()),
        },
    )
    if state != "pending":
        await people.db.execute(
            "UPDATE payments SET state = %s, paid_at = now() WHERE id = %s", (state, made)
        )
    return made


async def test_the_payer_gets_it_and_nobody_else(people: People) -> None:
    patient, other = await people.patient(), await people.patient()
    admin = await people.person("admin")
    path = f"/api/payments/{await paid(people, patient)}/receipt/"
    for person in (patient, admin):
        answer = await person.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-language"] == "en"
        assert "sandbox" in answer.headers["content-security-policy"]
        said = words(answer.text)
        for part in ("Paid by Ama Owusu", "Provider Kwame Mensah", "Accra", "Total USD 45.50"):
            assert part in said
        assert "breath" not in said
    assert (await other.get(path)).status_code == 404
    assert (await people.client.get(path)).status_code == 401


async def test_it_follows_the_payers_preferences_whoever_asks(people: People) -> None:
    patient, admin = await people.patient(), await people.person("admin")
    path = f"/api/payments/{await paid(people, patient)}/receipt/"
    chosen = {"language": "fr", "time_zone": "Europe/Paris"}
    wanted = await patient.client.put(
        "/api/notifications/preferences/", json=chosen, headers=patient.headers
    )
    assert wanted.status_code == 200, wanted.text
    answer = await admin.get(path)
    assert answer.headers["content-language"] == "fr"
    assert "Payé par Ama Owusu" in words(answer.text)


@pytest.mark.parametrize("state", ["pending", "failed", "cancelled"])
async def test_there_is_none_before_money_came(people: People, state: str) -> None:
    patient = await people.patient()
    answer = await patient.get(f"/api/payments/{await paid(people, patient, state)}/receipt/")
    assert answer.status_code == 409


async def test_the_books_keep_it_when_the_appointment_is_gone(people: People) -> None:
    patient = await people.patient()
    made = await paid(people, patient)
    await people.db.execute("UPDATE payments SET appointment_id = NULL WHERE id = %s", (made,))
    said = words((await patient.get(f"/api/payments/{made}/receipt/")).text)
    assert "Total USD 45.50" in said
    assert "Appointment" not in said
