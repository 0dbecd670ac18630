"""Appointments for people's calendars: invitations (iTIP, RFC 5546) and feeds (RFC 5545). No I/O.

Times are local ones of a zone that the calendar describes itself (VTIMEZONE), so that a clock that
is put forward moves no appointment.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from telemetry.zones import zone_of

PRODUCT: Final = "-//JEGHealth//Appointments//EN"
MEDIA_TYPE: Final = "text/calendar"
_YEAR: Final = dt.timedelta(days=366)
Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody who takes part."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment as a calendar shows it; never what it is about.

    Attributes:
        id: Of the appointment; the same in every revision.
        sequence: Revision: a higher one takes the place of a lower one.
        start: Aware.
        end: Aware.
        zone: IANA name of the zone where it takes place.
        made_at: When this revision was made, aware.
        summary: One line.
        place: One line; empty for a call.
        url: Where more is to be read.
        cancelled: Takes place no more.

    """

    id: UUID
    sequence: int
    start: dt.datetime
    end: dt.datetime
    zone: str
    made_at: dt.datetime
    summary: str
    place: str = ""
    url: str = ""
    cancelled: bool = False


def invitation(meeting: Meeting, organizer: Mailbox, attendee: Mailbox) -> bytes:
    """An invitation to one person, or the news that it takes place no more.

    >>> import datetime as dt
    >>> noon = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
    >>> later = noon + dt.timedelta(minutes=30)
    >>> meeting = Meeting(UUID(int=7), 2, noon, later, "Europe/Berlin", noon, "Visit")
    >>> ward, ama = Mailbox("ward@b.example", "Ward"), Mailbox("ama@d.example", "Ama")
    >>> text = invitation(meeting, ward, ama).decode()
    >>> [line for line in text.splitlines() if line.startswith(("METHOD", "SEQ", "DTSTART;"))]
    ['METHOD:REQUEST', 'DTSTART;TZID=Europe/Berlin:20260701T120000', 'SEQUENCE:2']
    """
    made = _event(meeting)
    made["organizer"] = _address(organizer)
    guest = _address(attendee)
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("FALSE")
    made.add("attendee", guest)
    calendar = _calendar([made])
    calendar.add("method", method(meeting))
    return _written(calendar, [meeting])


def method(meeting: Meeting) -> Method:
    """What an invitation asks a calendar to do."""
    return "CANCEL" if meeting.cancelled else "REQUEST"


def feed(meetings: Iterable[Meeting], name: str) -> bytes:
    """A calendar of many appointments, for programs that come for it again and again."""
    meetings = list(meetings)
    calendar = _calendar([_event(one) for one in meetings])
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return _written(calendar, meetings)


def _calendar(events: list[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for event in events:
        calendar.add_component(event)
    return calendar


def _written(calendar: Calendar, meetings: Sequence[Meeting]) -> bytes:
    """With the zones, as their clocks go from a year before to a year after."""
    if meetings:
        first = min(one.start for one in meetings) - _YEAR
        last = max(one.end for one in meetings) + _YEAR
        calendar.add_missing_timezones(first.date(), last.date())
    return bytes(calendar.to_ical())


def _event(meeting: Meeting) -> Event:
    zone = zone_of(meeting.zone)
    event = Event()
    event.add("uid", f"{meeting.id}@jeghealth")
    event.add("dtstamp", meeting.made_at.astimezone(dt.UTC))
    event.add("dtstart", meeting.start.astimezone(zone))
    event.add("dtend", meeting.end.astimezone(zone))
    event.add("sequence", meeting.sequence)
    event.add("summary", meeting.summary)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("class", "CONFIDENTIAL")
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.url:
        event.add("url", meeting.url)
    return event


def _address(one: Mailbox) -> vCalAddress:
    address = vCalAddress(f"MAILTO:{one.email}")
    if one.name:
        address.params["CN"] = vText(one.name)
    return address
