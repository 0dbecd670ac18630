"""How a provider is doing: appointments, ratings and revenue by month."""

import datetime as dt
from uuid import UUID, uuid4

from tests.support.clinic import Clinic
from tests.support.http import People

DAY = dt.timedelta(days=1)


def path_of(provider_id: UUID, more: str = "availability/") -> str:
    return f"/api/providers/{provider_id}/{more}"


async def paid(
    clinic: Clinic, appointment: UUID, patient: UUID, amount: int, back: int, state: str
) -> None:
    """Commit a payment."""
    await clinic.insert(
        "payments",
        {
            "appointment_id": appointment,
            "patient_id": patient,
            "provider": "local",
            "amount": amount,
            "currency": "USD",
            "refunded_amount": back,
            "state": state,
            "idempotency_key": str(uuid4()),
        },
    )


async def test_a_provider_without_appointments_has_zeros_and_nothing_known(
    people: People, clinic: Clinic
) -> None:
    admin, provider_id = await people.person("admin"), await clinic.provider()
    shown = (await admin.get(path_of(provider_id, "analytics/"))).json()
    assert (shown["total_appointments"], shown["revenue"], shown["currency"]) == (0, "0", None)
    assert shown["average_rating"] is None
    assert shown["patient_satisfaction"] == {
        "ratings": 0,
        "satisfied_percent": None,
        "recommend_percent": None,
        "punctuality": None,
        "communication": None,
    }
    assert len(shown["monthly_trends"]) == 12
    assert {one["total_appointments"] for one in shown["monthly_trends"]} == {0}


async def test_figures_are_those_of_the_providers_months(people: People, clinic: Clinic) -> None:
    account = await people.person("clinician")
    patient, other = await people.patient(), await people.patient()
    provider_id = await clinic.provider(user_id=account.id, time_zone="America/New_York")
    # The last hours of January in New York are February in Greenwich.
    january = dt.datetime(2026, 2, 1, 3, tzinfo=dt.UTC)
    february = dt.datetime(2026, 2, 10, 15, tzinfo=dt.UTC)
    ids = [
        await clinic.appointment(provider_id, patient.id, january, status="completed"),
        await clinic.appointment(provider_id, other.id, february, status="completed"),
        await clinic.appointment(provider_id, other.id, february + DAY, status="cancelled"),
        await clinic.appointment(provider_id, patient.id, february + 2 * DAY, status="no_show"),
    ]
    stranger = await clinic.provider()
    await clinic.appointment(stranger, patient.id, february + 5 * DAY, status="completed")
    for key, rating, recommends in ((ids[0], 5, True), (ids[1], 2, None)):
        await clinic.insert(
            "appointment_ratings",
            {
                "appointment_id": key,
                "healthcare_provider_id": provider_id,
                "rating": rating,
                "would_recommend": recommends,
                "punctuality_rating": rating,
            },
        )
    for key, amount, back, state in (
        (ids[0], 100, 0, "paid"),
        (ids[1], 80, 30, "partially_refunded"),
        (ids[2], 60, 0, "pending"),
    ):
        await paid(clinic, key, patient.id, amount, back, state)
    query = {"from": "2026-01-01", "to": "2026-03-31"}
    answer = await account.get(path_of(provider_id, "analytics/"), **query)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [shown[name] for name in ("total_appointments", "completed", "cancelled")] == [4, 2, 1]
    assert (shown["no_show"], shown["patients"], shown["average_rating"]) == (1, 2, 3.5)
    assert shown["revenue"] == "150.00"
    said = shown["patient_satisfaction"]
    assert (said["satisfied_percent"], said["recommend_percent"]) == (50, 100)
    assert (said["punctuality"], said["communication"]) == (3.5, None)
    months = {one["month"]: one for one in shown["monthly_trends"]}
    assert list(months) == ["2026-01", "2026-02", "2026-03"]
    assert [one["total_appointments"] for one in months.values()] == [1, 3, 0]
    assert [one["revenue"] for one in months.values()] == ["100.00", "50.00", "0.00"]
    part = await account.get(
        path_of(provider_id, "analytics/"), **{"from": "2026-02-01", "to": "2026-02-28"}
    )
    assert part.json()["total_appointments"] == 3
    rated = (await account.get(path_of(provider_id, ""))).json()
    assert (rated["average_rating"], rated["rating_count"]) == (3.5, 2)
    for who, status in ((patient, 403), (await people.person("clinician"), 403)):
        assert (await who.get(path_of(provider_id, "analytics/"))).status_code == status
