"""Over which channels a notification goes, and when: a pure function of who it is for."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from telemetry.notices import KINDS
from telemetry.zones import zone_of

TURNED_OFF: Final = "turned off by the recipient"
NO_ADDRESS: Final = "no address"
NOT_PROVED: Final = "the address is not verified"
CLOSED: Final = "the account is closed"


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to one address."""

    channel: str
    address_class: str
    target_id: UUID | None = None
    state: str = "queued"
    not_before: dt.datetime | None = None
    last_error: str | None = None

    def document(self) -> dict[str, Any]:
        """As the database takes it."""
        return {
            "channel": self.channel,
            "address_class": self.address_class,
            "target_id": None if self.target_id is None else str(self.target_id),
            "state": self.state,
            "not_before": None if self.not_before is None else self.not_before.isoformat(),
            "last_error": self.last_error,
        }


def route(row: Mapping[str, Any], now: dt.datetime) -> list[Planned]:
    """Plan the messages of a notification.

    What could not be sent, or is not wanted, is planned as suppressed with its reason, so that the
    delivery log answers why somebody was not told.

    Args:
        row: Of `storage.queries.deliveries.NOTIFICATION`.
        now: Aware.

    """
    hooks = [Planned("webhook", "endpoint", one) for one in row["endpoints"]]
    if row["recipient"].startswith("contact:"):
        return [Planned("sms", "emergency_contact")]
    if row["recipient"].startswith("provider:"):
        return [Planned("email", "provider")]
    if row["user_id"] is None:
        return hooks
    if not row["is_active"]:
        return [Planned("in_app", "account", state="suppressed", last_error=CLOSED)]
    until = None if _at_once(row) else quiet_until(row, now)
    shown = Planned("in_app", "account", state="sent")
    return [shown, *hooks, *(one for name in wanted(row) for one in _by(row, name, until))]


def wanted(row: Mapping[str, Any]) -> list[str]:
    """Channels that were asked for, or that the recipient prefers for this kind.

    What must be told goes by e-mail whatever is preferred; a code for a telephone goes there alone.
    """
    kind = KINDS[row["kind"]]
    asked = row["channels"]
    required: tuple[str, ...] = ()
    if asked is None:
        asked = row["preferred"].get(row["kind"], kind.channels)
        required = ("email",) if kind.required else ()
    return [name for name in ("email", "sms", "push") if name in {*asked, *required}]


def _at_once(row: Mapping[str, Any]) -> bool:
    return bool(row["urgent"]) or KINDS[row["kind"]].required


def _by(row: Mapping[str, Any], channel: str, until: dt.datetime | None) -> Iterator[Planned]:
    off = (
        not _at_once(row)
        and not {
            "email": row["wants_email"],
            "sms": True,
            "push": row["wants_push"],
        }[channel]
    )
    if off or (KINDS[row["kind"]].health and not row["wants_health"]):
        yield Planned(channel, "account", state="suppressed", last_error=TURNED_OFF)
        return
    if channel == "push":
        found = [Planned(channel, "subscription", one) for one in row["subscriptions"]]
    else:
        found = _to_account(row, channel)
    if not found:
        yield Planned(channel, "account", state="suppressed", last_error=NO_ADDRESS)
    for one in found:
        yield one if one.state == "suppressed" else replace(one, not_before=until)


def _to_account(row: Mapping[str, Any], channel: str) -> list[Planned]:
    """A message to the account's own address, once somebody has shown that it is theirs.

    About the account itself it goes there before: that is how an address is verified.
    """
    name = "email" if channel == "email" else "phone"
    if not row[f"has_{name}"]:
        return []
    if row[f"proved_{name}"] or KINDS[row["kind"]].required:
        return [Planned(channel, "account")]
    return [Planned(channel, "account", state="suppressed", last_error=NOT_PROVED)]


def quiet_until(row: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    """End of the recipient's quiet hours, if it is quiet now; aware, in UTC.

    Hours are on the recipient's wall clock, whatever the season does to it.
    """
    begin, end = row["quiet_from"], row["quiet_until"]
    if begin is None or end is None or begin == end:
        return None
    zone = zone_of(row["time_zone"])
    local = now.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    quiet = begin <= at < end if begin < end else at >= begin or at < end
    if not quiet:
        return None
    day = local.date() + dt.timedelta(days=1 if at >= end else 0)
    return dt.datetime.combine(day, end, zone).astimezone(dt.UTC)
