"""Which entities can do more than be looked at."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.admin.alarms import Alarms, Shelves
from api.admin.care import Hospitals, Providers
from api.admin.devices import DeadLetters, Devices
from api.admin.entity import Entity
from api.admin.people import CareRelationships, LoginSessions, UserRoles, Users
from api.admin.platform import Subscribers, Webhooks

SPECIAL: Final[Mapping[str, type[Entity]]] = MappingProxyType(
    {
        "alarm_shelves": Shelves,
        "alarms": Alarms,
        "care_relationships": CareRelationships,
        "dead_letters": DeadLetters,
        "healthcare_providers": Providers,
        "hospitals": Hospitals,
        "iot_devices": Devices,
        "login_sessions": LoginSessions,
        "subscribers": Subscribers,
        "user_roles": UserRoles,
        "users": Users,
        "webhook_endpoints": Webhooks,
    }
)
"""By the names of their tables; all others only show."""
