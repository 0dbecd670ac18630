"""What the way of a message needs to know of the device that sent it."""

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from telemetry.clocks import Clock
from telemetry.errors import Reason
from telemetry.keys import digest


@dataclass(slots=True, eq=False)
class Device:
    """A registered device, as ingest keeps it in memory.

    Attributes:
        device_id: Its name on the wire.
        owner_id: The patient it measures.
        partition: First hex digit of the owner's id.
        status: ACTIVE, INACTIVE, MAINTENANCE or REVOKED.
        is_verified: Whether it has proven that it holds its key.
        keys: SHA-256 digests of its live keys, each with its end in ms since 1970 or None.
        boots: Boots that are known to have a ledger.
        series: `Metric.id` -> `series.id`; a negative id stands for a series not yet stored.
        online_boot: Boot in which its status said that it is online, until it says otherwise.
        clock: Its clock in the boot heard of last, once it has told a time.
        busy_until_ms: For the rate limit: when it would have sent, at the rate allowed, what it
            has sent.
        number: The id as an integer, which makes a quicker key than a UUID.

    """

    device_id: UUID
    owner_id: UUID
    partition: str
    status: str
    is_verified: bool
    keys: tuple[tuple[bytes, int | None], ...]
    series: dict[int, int] = field(default_factory=dict)
    boots: set[int] = field(default_factory=set)
    online_boot: int | None = None
    clock: Clock | None = None
    busy_until_ms: float = 0
    number: int = field(init=False)

    def __post_init__(self) -> None:
        self.number = self.device_id.int

    @property
    def source_id(self) -> UUID | None:
        """Device that its series belong to."""
        return self.device_id

    def holds(self, key: str, now_ms: int) -> bool:
        """Tell whether `key` is live now; takes the same time whichever part is wrong."""
        given = digest(key)
        live = False
        for known, ends_ms in self.keys:
            same = hmac.compare_digest(given, known)
            live |= same and (ends_ms is None or now_ms < ends_ms)
        return live

    def shows_old(self, key: str) -> bool:
        """Whether `key`, which is live, is one that was replaced and will end."""
        if len(self.keys) == 1:
            return False
        given = digest(key)
        return any(known == given and ends_ms is not None for known, ends_ms in self.keys)

    def refusal(self) -> Reason | None:
        """Why nothing is taken from the device in its present state, if so."""
        if self.status == "REVOKED":
            return Reason.DEVICE_REVOKED
        if self.status != "ACTIVE":
            return Reason.DEVICE_INACTIVE
        return None if self.is_verified else Reason.DEVICE_UNVERIFIED


@dataclass(slots=True, eq=False)
class ByHand(Device):
    """People at the bedside in the place of a device: their series belong to none."""

    @classmethod
    def of(cls, patient_id: UUID, partition: str) -> "ByHand":
        """What people record of a patient; who they are is for the caller to know."""
        return cls(patient_id, patient_id, partition, "ACTIVE", is_verified=True, keys=())

    @property
    def source_id(self) -> None:
        """No device."""
        return None
