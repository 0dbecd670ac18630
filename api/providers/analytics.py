"""/api/providers/{id}/analytics/: how a provider is doing."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BaseModel, Field

from api.errors import FieldProblem, InvalidInputError
from api.hospitals.endpoints import Anybody
from api.idempotency import Router
from api.providers import service
from api.providers.schemas import average
from api.sessions import Reading
from storage.models import HealthcareProvider
from storage.queries import provider_figures
from storage.queries.provider_figures import Figures, MonthRow
from telemetry.availability import DAY, moment
from telemetry.money import amount_of

router = Router(prefix="/api/providers/{provider_id}/analytics", tags=["providers"])
MOST_MONTHS: Final = 60
USUAL_MONTHS: Final = 12
_YEARS: Final = range(2000, 2199)
_MONTHS: Final = 12


class Revenue(BaseModel):
    """What was paid, less what was sent back."""

    currency: str = Field(examples=["USD"])
    amount: Decimal = Field(examples=["1250.00"])


class Satisfaction(BaseModel):
    """What patients say; null where nobody said anything."""

    ratings: int
    satisfied_percent: float | None = Field(description="Of the ratings, those of 4 and 5.")
    recommend_percent: float | None = Field(description="Of those who said whether they would.")
    punctuality: float | None = Field(description="Mean, 1 to 5.")
    communication: float | None = Field(description="Mean, 1 to 5.")


class Month(BaseModel):
    """One month of the provider's zone; also one without anything."""

    month: str = Field(examples=["2026-11"])
    total_appointments: int
    completed: int
    cancelled: int
    no_show: int
    average_rating: float | None
    revenue: Decimal = Field(description="In `currency` of the whole.", examples=["1250.00"])


class Analytics(BaseModel):
    """How a provider is doing, by the dates of appointments."""

    provider_id: UUID
    time_zone: str
    first_date: dt.date
    last_date: dt.date
    total_appointments: int = Field(description="Of every status.")
    completed: int
    upcoming: int = Field(description="Not over yet: scheduled, confirmed, checked in.")
    cancelled: int
    no_show: int
    video: int
    patients: int = Field(description="Different people, without what was cancelled or missed.")
    average_rating: float | None = Field(description="1 to 5; null: nobody rated.")
    revenue: Decimal = Field(
        description="In `currency`: what was paid, less what was sent back.", examples=["1250.00"]
    )
    currency: str | None = Field(description="The one of most of it; null: nothing was paid.")
    revenue_by_currency: list[Revenue]
    patient_satisfaction: Satisfaction
    monthly_trends: list[Month]


@router.get("/")
async def get_analytics(
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    first: Annotated[
        dt.date | None, Query(alias="from", description="First day; left out: 12 months.")
    ] = None,
    last: Annotated[
        dt.date | None, Query(alias="to", description="Last day; left out: the month's end.")
    ] = None,
) -> Analytics:
    """Appointments, ratings and revenue of a period; for the provider and administrators."""
    row = await service.require_own(session, caller, provider_id)
    days = _period(row, first, last)
    zone = ZoneInfo(row.time_zone)
    moments = moment(days[0], dt.time(), zone), moment(days[1] + DAY, dt.time(), zone)
    found = await provider_figures.figures(session, row.id, row.time_zone, days, moments)
    return _shape(row, days, found)


def _period(
    row: HealthcareProvider, first: dt.date | None, last: dt.date | None
) -> tuple[dt.date, dt.date]:
    today = dt.datetime.now(ZoneInfo(row.time_zone)).date()
    end = last or _month(first or today, 0 if first is None else USUAL_MONTHS - 1, ends=True)
    begin = first or _month(end, 1 - USUAL_MONTHS)
    spans = (end.year - begin.year) * _MONTHS + end.month - begin.month
    if begin > end or spans >= MOST_MONTHS or not {begin.year, end.year} <= set(_YEARS):
        reason = f"must be up to {MOST_MONTHS} months after `from`"
        problem = FieldProblem(location="query", field="to", reason=reason)
        raise InvalidInputError(errors=[problem])
    return begin, end


def _month(day: dt.date, later: int, *, ends: bool = False) -> dt.date:
    """First day of a month some months later, or its last one."""
    count = day.year * _MONTHS + day.month - 1 + later + ends
    first = dt.date(count // _MONTHS, count % _MONTHS + 1, 1)
    return first - DAY if ends else first


def _shape(row: HealthcareProvider, days: tuple[dt.date, dt.date], found: Figures) -> Analytics:
    by_currency: dict[str, Decimal] = defaultdict(Decimal)
    for (_, name), amount in found.revenue.items():
        by_currency[name] += amount_of(amount, name)
    currency = max(by_currency, key=lambda one: by_currency[one], default=None)
    return Analytics(
        provider_id=row.id,
        time_zone=row.time_zone,
        first_date=days[0],
        last_date=days[1],
        total_appointments=found.total("total"),
        completed=found.total("completed"),
        upcoming=found.total("upcoming"),
        cancelled=found.total("cancelled"),
        no_show=found.total("no_show"),
        video=found.total("video"),
        patients=found.patients,
        average_rating=average(found.total("rating_sum"), found.total("ratings")),
        revenue=by_currency[currency] if currency else Decimal(0),
        currency=currency,
        revenue_by_currency=[
            Revenue(currency=one, amount=by_currency[one]) for one in sorted(by_currency)
        ],
        patient_satisfaction=_satisfaction(found),
        monthly_trends=[_trend(one, found, currency) for one in found.months],
    )


def _satisfaction(found: Figures) -> Satisfaction:
    total = found.total
    return Satisfaction(
        ratings=total("ratings"),
        satisfied_percent=_percent(total("satisfied"), total("ratings")),
        recommend_percent=_percent(total("recommend"), total("asked")),
        punctuality=average(total("punctuality_sum"), total("punctuality_count")),
        communication=average(total("communication_sum"), total("communication_count")),
    )


def _trend(one: MonthRow, found: Figures, currency: str | None) -> Month:
    revenue = found.revenue.get((one.month, currency), Decimal(0)) if currency else Decimal(0)
    return Month(
        month=f"{one.month:%Y-%m}",
        total_appointments=one.total,
        completed=one.completed,
        cancelled=one.cancelled,
        no_show=one.no_show,
        average_rating=average(one.rating_sum, one.ratings),
        revenue=amount_of(revenue, currency) if currency else revenue,
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
