"""Topics of the device protocol: `jeg/v1/{partition}/{device_id}/{up|down}/{leaf}`."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

ROOT = "jeg/v1"
PARTITIONS = "0123456789abcdef"
ALARMS = f"{ROOT}/alarms"
PLATFORM = "platform"
"""In place of a patient, in the topic of alarms that have none."""
REFUSED = f"{ROOT}/broker/refused"
"""What the broker itself refused: written by its plugin, read by ingest."""

_LEVELS = 6


class Up(StrEnum):
    """What a device publishes."""

    TELEMETRY = "telemetry"
    STATUS = "status"
    ERROR = "error"
    REPLY = "reply"


class Down(StrEnum):
    """What a device subscribes to."""

    RECEIPT = "receipt"
    CMD = "cmd"
    CONFIG = "config"


_UP_BY_NAME = {leaf.value: leaf for leaf in Up}


def partition_of(owner_id: UUID) -> str:
    """Partition of all devices of one owner: the first hex digit of the owner's id."""
    return owner_id.hex[0]


def up(partition: str, device_id: UUID | str, leaf: Up) -> str:
    """Topic that a device publishes to."""
    return f"{ROOT}/{partition}/{device_id}/up/{leaf}"


def down(partition: str, device_id: UUID | str, leaf: Down) -> str:
    """Topic that a device listens on."""
    return f"{ROOT}/{partition}/{device_id}/down/{leaf}"


def device_topics(partition: str, device_id: UUID | str) -> dict[str, str]:
    """Every topic of one device by its leaf, as told at registration."""
    return {leaf.value: up(partition, device_id, leaf) for leaf in Up} | {
        leaf.value: down(partition, device_id, leaf) for leaf in Down
    }


@dataclass(frozen=True, slots=True)
class UpTopic:
    """A topic that a device published to, taken apart."""

    partition: str
    device_id: UUID
    leaf: Up


def parse_up(topic: str) -> UpTopic | None:
    """Take an upward topic apart; None when it is none of the protocol's."""
    levels = topic.split("/")
    if len(levels) != _LEVELS or levels[:2] != ["jeg", "v1"] or levels[4] != "up":
        return None
    _, _, partition, device, _, leaf = levels
    if len(partition) != 1 or partition not in PARTITIONS or leaf not in _UP_BY_NAME:
        return None
    try:
        device_id = UUID(device)
    except ValueError:
        return None
    if str(device_id) != device:
        return None
    return UpTopic(partition, device_id, _UP_BY_NAME[leaf])
