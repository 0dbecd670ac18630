"""Topics of the device protocol: `jeg/v1/{partition}/{device_id}/{up|down}/{leaf}`."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

ROOT = "jeg/v1"
PARTITIONS = "0123456789abcdef"
ALARMS = f"{ROOT}/alarms"
PLATFORM = "platform"
"""In place of a patient, in the topic of alarms that have none."""
WARDS = f"{ROOT}/wards"
_WARD_IDS = UUID("0d0f0b0e-5a0c-5e64-8f5a-3f6c5b1f7a21")
"""Namespace of the ids of wards."""
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


def patient_alarms(patient_id: UUID | None) -> str:
    """Topic of a patient's alarms, or of those of the platform and its groups."""
    return f"{ALARMS}/{patient_id or PLATFORM}"


def ward_alarms(hospital_id: UUID | None, ward: str) -> str:
    """Topic of the alarms of whoever is on a ward now. Names of wards are free text: it has an id.

    >>> ward_alarms(None, "4B") == ward_alarms(UUID(int=1), "4B")
    False
    """
    name = f"{hospital_id or ''}/{ward}"
    return f"{WARDS}/{uuid5(_WARD_IDS, name)}/alarms"


def alarm_topics(
    patient_id: UUID | None, hospital_id: UUID | None, ward: str | None
) -> tuple[str, ...]:
    """Topics of the alarms of a patient, of a ward, or (neither) of all; `+` is any one level."""
    if patient_id is not None:
        return (patient_alarms(patient_id),)
    if ward is not None:
        return (ward_alarms(hospital_id, ward),)
    return f"{ALARMS}/+", f"{WARDS}/+/alarms"


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
