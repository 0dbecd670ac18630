"""Every table, so that importing this package fills `Base.metadata`."""

from storage.models.accounts import RefreshToken, Role, User, UserProfile, UserRole
from storage.models.alarms import (
    Alarm,
    AlarmNote,
    AlarmRule,
    AlarmShelf,
    AlarmTransition,
    EngineState,
)
from storage.models.base import Base
from storage.models.care import (
    CareRelationship,
    Encounter,
    HealthcareProvider,
    Hospital,
    ProviderHospital,
)
from storage.models.commands import DeviceCommand, DeviceConfig
from storage.models.devices import DeviceClock, DeviceError, DeviceKey, DeviceLedger, IoTDevice
from storage.models.jobs import RollupWork
from storage.models.operations import DeadLetter
from storage.models.readings import (
    Latest,
    Outbox,
    RollupDay,
    RollupDirty,
    RollupHour,
    RollupMinute,
    Series,
    Vital,
)

__all__ = [
    "Alarm",
    "AlarmNote",
    "AlarmRule",
    "AlarmShelf",
    "AlarmTransition",
    "Base",
    "CareRelationship",
    "DeadLetter",
    "DeviceClock",
    "DeviceCommand",
    "DeviceConfig",
    "DeviceError",
    "DeviceKey",
    "DeviceLedger",
    "Encounter",
    "EngineState",
    "HealthcareProvider",
    "Hospital",
    "IoTDevice",
    "Latest",
    "Outbox",
    "ProviderHospital",
    "RefreshToken",
    "Role",
    "RollupDay",
    "RollupDirty",
    "RollupHour",
    "RollupMinute",
    "RollupWork",
    "Series",
    "User",
    "UserProfile",
    "UserRole",
    "Vital",
]
