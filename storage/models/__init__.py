"""Every table, so that importing this package fills `Base.metadata`."""

from storage.models.accounts import RefreshToken, Role, User, UserProfile, UserRole
from storage.models.base import Base
from storage.models.care import (
    CareRelationship,
    Encounter,
    HealthcareProvider,
    Hospital,
    ProviderHospital,
)
from storage.models.devices import DeviceKey, DeviceLedger, IoTDevice
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
    "Base",
    "CareRelationship",
    "DeadLetter",
    "DeviceKey",
    "DeviceLedger",
    "Encounter",
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
    "Series",
    "User",
    "UserProfile",
    "UserRole",
    "Vital",
]
