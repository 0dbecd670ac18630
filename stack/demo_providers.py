"""More hospitals of the demo, and providers whom patients find there and book."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import update

from stack.demo_clinic import HOSPITAL, ZONE, demo_id
from storage import models
from storage.engine import WriteSession
from storage.queries import seeding

_BEGINS: Final = dt.date(2026, 1, 5)
"""A Monday."""


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """A provider without an account."""

    first_name: str
    last_name: str
    specialization: str
    license_number: str
    fee: Decimal
    years: int
    hospital: str
    bio: str

    @property
    def email(self) -> str:
        """Where letters to them go: nowhere."""
        return f"dr.{self.last_name.lower()}@demo.example"


HOSPITALS: Final = (
    (HOSPITAL, "teaching", "Accra", "Greater Accra", "Internal medicine, Cardiology, Surgery"),
    ("Ridge Demo Clinic", "clinic", "Accra", "Greater Accra", "Dermatology, Paediatrics"),
    ("Kumasi Demo Hospital", "general", "Kumasi", "Ashanti", "Cardiology, Neurology, Maternity"),
)
PROVIDERS: Final = (
    DemoProvider(
        *("Akosua", "Frimpong", "dermatology", "1999999919", Decimal("120.00"), 9),
        *("Ridge Demo Clinic", "Skin, hair and nails of grown-ups and children."),
    ),
    DemoProvider(
        *("Kofi", "Danso", "paediatrics", "1999999927", Decimal("90.00"), 14),
        *("Ridge Demo Clinic", "From the first day to the last year at school."),
    ),
    DemoProvider(
        *("Abena", "Osei-Tutu", "neurology", "1999999935", Decimal("180.00"), 21),
        *("Kumasi Demo Hospital", "Headache, epilepsy, stroke."),
    ),
)
_WEEK: Final = (
    ("MO,WE,FR", (dt.time(9), dt.time(12))),
    ("TU,TH", (dt.time(13), dt.time(17))),
)


async def add_providers(session: WriteSession) -> None:
    """Add what is missing of it, behind the clinic's own hospital and clinicians."""
    await seeding.add_missing(
        session,
        models.Hospital,
        [
            {
                "id": demo_id("hospital", name),
                "name": name,
                "hospital_type": kind,
                "city": city,
                "region": region,
                "country": "Ghana",
                "specialties": specialties,
                "emergency_services": kind != "clinic",
                "time_zone": ZONE,
            }
            for name, kind, city, region, specialties in HOSPITALS
        ],
    )
    # The clinic's own is there already, by name alone.
    await session.execute(
        update(models.Hospital)
        .where(models.Hospital.id == demo_id("hospital", HOSPITAL), models.Hospital.region == "")
        .values(region="Greater Accra", specialties=HOSPITALS[0][4], time_zone=ZONE)
    )
    await seeding.add_missing(session, models.HealthcareProvider, [_row(one) for one in PROVIDERS])
    await seeding.add_missing(
        session,
        models.ProviderHospital,
        [
            {
                "provider_id": demo_id("provider", one.email),
                "hospital_id": demo_id("hospital", one.hospital),
                "is_primary": True,
            }
            for one in PROVIDERS
        ],
    )
    await seeding.add_missing(
        session,
        models.ProviderAvailability,
        [_time(one, days, hours) for one in PROVIDERS for days, hours in _WEEK],
    )


def _row(one: DemoProvider) -> dict[str, object]:
    return {
        "id": demo_id("provider", one.email),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": one.email,
        "specialization": one.specialization,
        "license_number": one.license_number,
        "consultation_fee": one.fee,
        "years_of_experience": one.years,
        "bio": one.bio,
        "time_zone": ZONE,
    }


def _time(one: DemoProvider, days: str, hours: tuple[dt.time, dt.time]) -> dict[str, object]:
    start, end = hours
    return {
        "id": demo_id("availability", f"{one.email}:{days}"),
        "provider_id": demo_id("provider", one.email),
        "hospital_id": demo_id("hospital", one.hospital),
        "date": _BEGINS,
        "last_date": None,
        "start_time": start,
        "end_time": end,
        "time_zone": ZONE,
        "rrule": f"FREQ=WEEKLY;BYDAY={days}",
    }
