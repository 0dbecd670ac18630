"""How a provider is doing: appointments, ratings and revenue by months of their own zone."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from storage.engine import ReadSession

_MONTHS: Final = text("""
    -- Every month that the period touches, also one without anything, in the provider's zone. What
    -- was paid counts in the month of its appointment, without what was sent back.
    WITH months AS (
        SELECT generate_series(date_trunc('month', CAST(:first AS timestamp)),
            CAST(:last AS timestamp), interval '1 month') AS month
    ), mine AS (
        SELECT a.id, a.patient_id, a.status, a.appointment_type,
            date_trunc('month', a.appointment_date AT TIME ZONE :zone) AS month
        FROM appointments a
        WHERE a.healthcare_provider_id = :provider_id AND a.appointment_date >= :since
            AND a.appointment_date < :until
    ), counted AS (
        SELECT month, count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,
            count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
            count(*) FILTER (WHERE status = 'no_show') AS no_show,
            count(*) FILTER (WHERE status IN ('scheduled', 'confirmed', 'checked_in')) AS upcoming,
            count(*) FILTER (WHERE appointment_type = 'video') AS video
        FROM mine GROUP BY month
    ), rated AS (
        SELECT m.month, count(*) AS ratings, sum(r.rating) AS rating_sum,
            count(*) FILTER (WHERE r.rating >= 4) AS satisfied,
            count(r.would_recommend) AS asked,
            count(*) FILTER (WHERE r.would_recommend) AS recommend,
            count(r.punctuality_rating) AS punctuality_count,
            sum(r.punctuality_rating) AS punctuality_sum,
            count(r.communication_rating) AS communication_count,
            sum(r.communication_rating) AS communication_sum
        FROM mine m JOIN appointment_ratings r ON r.appointment_id = m.id GROUP BY m.month
    )
    SELECT month::date AS month, coalesce(total, 0) AS total, coalesce(completed, 0) AS completed,
        coalesce(cancelled, 0) AS cancelled, coalesce(no_show, 0) AS no_show,
        coalesce(upcoming, 0) AS upcoming, coalesce(video, 0) AS video,
        coalesce(ratings, 0) AS ratings, coalesce(rating_sum, 0) AS rating_sum,
        coalesce(satisfied, 0) AS satisfied, coalesce(asked, 0) AS asked,
        coalesce(recommend, 0) AS recommend,
        coalesce(punctuality_count, 0) AS punctuality_count,
        coalesce(punctuality_sum, 0) AS punctuality_sum,
        coalesce(communication_count, 0) AS communication_count,
        coalesce(communication_sum, 0) AS communication_sum
    FROM months LEFT JOIN counted USING (month) LEFT JOIN rated USING (month) ORDER BY month
""")

_REVENUE: Final = text("""
    -- What was paid for appointments, less what was sent back, by month and currency.
    SELECT date_trunc('month', a.appointment_date AT TIME ZONE :zone)::date AS month, p.currency,
        sum(p.amount - p.refunded_amount) AS amount
    FROM appointments a JOIN payments p ON p.appointment_id = a.id
    WHERE a.healthcare_provider_id = :provider_id AND a.appointment_date >= :since
        AND a.appointment_date < :until
        AND p.state IN ('paid', 'refund_pending', 'partially_refunded', 'refunded')
    GROUP BY 1, 2 ORDER BY 1, 2
""")

_PATIENTS: Final = text("""
    -- How many people that were.
    SELECT count(DISTINCT patient_id) FROM appointments
    WHERE healthcare_provider_id = :provider_id AND appointment_date >= :since
        AND appointment_date < :until AND status NOT IN ('cancelled', 'no_show')
""")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a provider; sums and counts, so that months can be added up."""

    month: dt.date
    total: int
    completed: int
    cancelled: int
    no_show: int
    upcoming: int
    video: int
    ratings: int
    rating_sum: int
    satisfied: int
    asked: int
    recommend: int
    punctuality_count: int
    punctuality_sum: int
    communication_count: int
    communication_sum: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A period of a provider."""

    months: list[MonthRow]
    revenue: Mapping[tuple[dt.date, str], Decimal]
    """Month and currency -> amount."""
    patients: int

    def total(self, name: str) -> int:
        """Sum of a count over all months."""
        return sum(getattr(one, name) for one in self.months)


async def figures(
    session: ReadSession,
    provider_id: UUID,
    zone: str,
    days: tuple[dt.date, dt.date],
    moments: tuple[dt.datetime, dt.datetime],
) -> Figures:
    """Figures of a period.

    Args:
        session: Any.
        provider_id: Whose.
        zone: IANA name, of whose months.
        days: First and last local day.
        moments: From the first up to the second, the same as moments.

    """
    values: dict[str, Any] = {
        "provider_id": provider_id,
        "zone": zone,
        "first": days[0],
        "last": days[1],
        "since": moments[0],
        "until": moments[1],
    }
    months = [MonthRow(*row) for row in await session.execute(_MONTHS, values)]
    paid = {
        (month, currency): sum_ for month, currency, sum_ in await session.execute(_REVENUE, values)
    }
    people = await session.scalar(_PATIENTS, values)
    return Figures(months, paid, people or 0)
