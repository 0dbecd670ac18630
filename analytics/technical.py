"""What is wrong with devices, as they and the platform tell it: facts in, conditions out. No I/O.

A condition begins with a fact, waits, is raised as an alarm, and ends with another fact or when
nothing has spoken for it for a while. It is one row per device and kind; the row goes when it is
over.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from analytics.alarms import REOPEN_MS
from analytics.rules import Priority
from telemetry.device_facts import Fact

RECHECK_MS: Final = 60_000
"""How often a raised condition is held against what is known of its device."""


class Kind(StrEnum):
    """What can be wrong. Values are stored, and begin the names of conditions of alarms."""

    OFFLINE = "offline"
    NO_DATA = "no_data"
    PROBE_OFF = "probe_off"
    CLOCK = "clock"
    QUARANTINE = "quarantine"


AWAY: Final = frozenset({Kind.OFFLINE, Kind.NO_DATA})
"""Nothing comes from the device; of both only one is raised, whichever is first."""


@dataclass(frozen=True, slots=True)
class Watch:
    """When facts become an alarm, and when it is over.

    Attributes:
        title: Title of the alarm.
        priority: Its priority (IEC 60601-1-8): equipment fails to watch a patient, medium.
        begins: The fact that begins it and speaks for it.
        ends: Facts that end it.
        wait_ms: How long it must last before anybody is called.
        over_after_ms: It ends when nothing has spoken for it for so long; None: only by a fact.
        least: Readings that it must be about.

    """

    title: str
    priority: Priority
    begins: Fact
    ends: frozenset[Fact]
    wait_ms: int
    over_after_ms: int | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class TechnicalSettings:
    """What can be set of technical alarms; times in milliseconds."""

    offline_ms: int = 60_000
    probe_off_ms: int = 15_000
    gather_ms: int = 3_000
    """How long one silent device waits for others that fell silent with it."""
    quarantine_readings: int = 100
    storm_devices: int = 5
    storm_share: float = 0.5
    storm_window_ms: int = 60_000
    storm_over_share: float = 0.2
    reopen_ms: int = REOPEN_MS
    """A condition that returns so soon after its alarm was closed opens the same one again."""

    def watches(self) -> MappingProxyType[Kind, Watch]:
        """Every kind with its rule."""
        medium, minute_ms = Priority.MEDIUM, 60_000
        return MappingProxyType(
            {
                Kind.OFFLINE: Watch(
                    "Device offline",
                    medium,
                    Fact.OFFLINE,
                    frozenset({Fact.ONLINE}),
                    self.offline_ms,
                ),
                Kind.NO_DATA: Watch(
                    "No data", medium, Fact.SILENT, frozenset({Fact.HEARD}), self.gather_ms
                ),
                Kind.PROBE_OFF: Watch(
                    "Probe off",
                    medium,
                    Fact.PROBE_OFF,
                    frozenset({Fact.PROBE_ON}),
                    self.probe_off_ms,
                    15 * minute_ms,
                ),
                Kind.CLOCK: Watch(
                    "Device clock wrong",
                    medium,
                    Fact.CLOCK_WRONG,
                    frozenset({Fact.CLOCK_GOOD}),
                    10_000,
                    10 * minute_ms,
                ),
                Kind.QUARANTINE: Watch(
                    "Readings held back",
                    medium,
                    Fact.QUARANTINED,
                    frozenset(),
                    0,
                    10 * minute_ms,
                    self.quarantine_readings,
                ),
            }
        )


@dataclass(slots=True)
class Condition:
    """Something that is wrong with a device now. Times are milliseconds since 1970.

    Attributes:
        since_ms: When it began; for a silent device, when it was last heard.
        heard_ms: When a fact last spoke for it.
        amount: Readings that it is about.
        code: The device's own word for it, or the reason.
        due_ms: When the clock must look at it next.
        raised: Whether there is an alarm of it.
        parent_id: The alarm of the group that its device fell silent with.

    """

    device_id: UUID
    kind: Kind
    since_ms: int
    heard_ms: int
    amount: int = 0
    code: str = ""
    due_ms: int | None = None
    raised: bool = False
    parent_id: UUID | None = None

    @property
    def key(self) -> "Key":
        """Device and kind."""
        return (self.device_id, self.kind)

    @property
    def name(self) -> str:
        """Name of the alarm's condition."""
        return name_of(*self.key)


Key = tuple[UUID, Kind]


def name_of(device_id: UUID, kind: Kind) -> str:
    """Name of the alarm's condition of one device."""
    return f"{kind}:{device_id}"


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact as it was stored."""

    device_id: UUID
    fact: Fact
    at_ms: int
    code: str = ""
    amount: int = 1


@dataclass(slots=True)
class Register:
    """Conditions of some devices while facts are taken into account.

    Attributes:
        open: What is wrong.
        over: What was wrong and is no more, as it was.
        touched: Keys whose condition differs from what is stored.

    """

    watches: MappingProxyType[Kind, Watch]
    open: dict[Key, Condition] = field(default_factory=dict)
    over: dict[Key, Condition] = field(default_factory=dict)
    touched: set[Key] = field(default_factory=set)

    def take(self, happening: Happening, now_ms: int) -> None:
        """Take one fact into account."""
        for kind, watch in self.watches.items():
            key = (happening.device_id, kind)
            if happening.fact is watch.begins:
                self._speak(key, watch, happening, now_ms)
            elif happening.fact in watch.ends:
                self.end(key)

    def end(self, key: Key) -> None:
        """End a condition, if it is there."""
        condition = self.open.pop(key, None)
        if condition is not None:
            # Of several ends between two looks the first one knows of the alarm.
            self.over.setdefault(key, condition)
            self.touched.add(key)

    def due(self, now_ms: int) -> list[Condition]:
        """Conditions that the clock must look at; those that nothing speaks for any more end."""
        late = [one for one in self.open.values() if one.due_ms is not None]
        for condition in late:
            after_ms = self.watches[condition.kind].over_after_ms
            if after_ms is not None and now_ms - condition.heard_ms >= after_ms:
                self.end(condition.key)
        return [c for c in self.open.values() if c.due_ms is not None and c.due_ms <= now_ms]

    def put(self, condition: Condition) -> None:
        """Enter a condition as it is now."""
        self.open[condition.key] = condition
        self.touched.add(condition.key)

    def ripe(self, condition: Condition) -> bool:
        """Whether a due condition is to become an alarm."""
        if condition.raised or condition.amount < self.watches[condition.kind].least:
            return False
        if condition.kind not in AWAY:
            return True
        others = (self.open.get((condition.device_id, kind)) for kind in AWAY - {condition.kind})
        return not any(other is not None and other.raised for other in others)

    def _speak(self, key: Key, watch: Watch, happening: Happening, now_ms: int) -> None:
        known = self.open.get(key)
        if known is None:
            known = Condition(*key, since_ms=happening.at_ms, heard_ms=now_ms)
            known.due_ms = now_ms + watch.wait_ms
            ended = self.over.pop(key, None)
            if ended is not None and ended.raised:
                # Over and back between two looks: the alarm that is open goes on.
                known.raised, known.parent_id = True, ended.parent_id
        elif not known.raised and known.due_ms is not None:
            known.due_ms = min(known.due_ms, now_ms + watch.wait_ms)
        known.heard_ms = now_ms
        known.amount += happening.amount
        known.code = happening.code or known.code
        self.put(known)
