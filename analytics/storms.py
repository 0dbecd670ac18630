"""Many devices away at once are one thing that is wrong: which group of them it is. No I/O.

A group is named only when enough of its devices are away, in number and as a share of all that it
has in use. Of several that fit, the one that explains most of them is named, and of those the one
with the fewest others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from analytics.technical import Condition, TechnicalSettings

PREFIX: Final = "storm:"
_NARROW_FIRST: Final = ("gateway", "ward", "hospital", "firmware", "platform")


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that have something in common.

    Attributes:
        kind: gateway, ward, hospital, firmware or platform.
        key: What they have in common, as the query of the group's size takes it.
        label: The same for people.
        hospital_id: Where they are, for a ward or a hospital.

    """

    kind: str
    key: tuple[str, ...]
    label: str
    hospital_id: UUID | None = None

    @property
    def condition(self) -> str:
        """Name of the condition of the group's alarm."""
        return PREFIX + ":".join((self.kind, *self.key))

    def stored(self) -> dict[str, Any]:
        """The group as the evidence of its alarm has it."""
        hospital = None if self.hospital_id is None else str(self.hospital_id)
        return {
            "kind": self.kind,
            "key": list(self.key),
            "label": self.label,
            "hospital_id": hospital,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A device with everything that may group it."""

    device_id: UUID
    owner_id: UUID
    name: str
    in_use: bool
    hospital_id: UUID | None = None
    hospital: str = ""
    ward: str = ""
    gateway: str = ""
    model: str = ""
    firmware: str = ""
    received_ms: int | None = None

    def groups(self) -> list[Group]:
        """Every group that the device belongs to."""
        found = [Group("platform", (), "the whole platform")]
        at = "" if self.hospital_id is None else str(self.hospital_id)
        if self.gateway:
            found.append(Group("gateway", (self.gateway,), f"gateway {self.gateway}"))
        if self.ward:
            label = f"ward {self.ward}" + (f", {self.hospital}" if self.hospital else "")
            found.append(Group("ward", (at, self.ward), label, self.hospital_id))
        if at:
            found.append(Group("hospital", (at,), self.hospital, self.hospital_id))
        if self.firmware:
            label = f"{self.model} firmware {self.firmware}".strip()
            found.append(Group("firmware", (self.model, self.firmware), label))
        return found


def together(away: Iterable[Condition], window_ms: int) -> list[Condition]:
    """The most of these that went away within `window_ms` of each other; the earliest such."""
    ordered = sorted(away, key=lambda one: (one.since_ms, one.device_id))
    best, first = ordered[:0], 0
    for last, one in enumerate(ordered):
        while one.since_ms - ordered[first].since_ms > window_ms:
            first += 1
        if last + 1 - first > len(best):
            best = ordered[first : last + 1]
    return best


def candidates(away: Iterable[Place], settings: TechnicalSettings) -> dict[Group, list[Place]]:
    """Groups with enough devices away to be asked for their size, and those devices."""
    members: dict[Group, list[Place]] = defaultdict(list)
    for place in away:
        for group in place.groups():
            members[group].append(place)
    return {g: found for g, found in members.items() if len(found) >= settings.storm_devices}


def choose(
    found: Mapping[Group, Sequence[Place]], sizes: Mapping[Group, int], settings: TechnicalSettings
) -> Group | None:
    """The group that explains best why these devices are away, if one does."""
    fitting = [
        group
        for group, away in found.items()
        if enough(len(away), sizes[group], settings.storm_devices, settings.storm_share)
    ]
    return min(
        fitting,
        key=lambda g: (-len(found[g]), sizes[g], _NARROW_FIRST.index(g.kind)),
        default=None,
    )


def enough(away: int, of: int, least: int, share: float) -> bool:
    """Whether so many of a group's devices are away that they are one thing that is wrong."""
    return away >= least and away >= share * of


def message(label: str, away: int, of: int, peak: int) -> str:
    """What the alarm of a group says."""
    back = f"; {peak - away} back" if peak > away else ""
    return f"{away} of {of} devices away: {label}{back}"


def is_over(away: int, peak: int, settings: TechnicalSettings) -> bool:
    """Whether so many are back that those who are left speak for themselves."""
    return away <= settings.storm_over_share * peak
