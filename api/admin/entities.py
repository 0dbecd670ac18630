"""Which entities can do more than be looked at; why others cannot is in `read_only`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.admin.alarms import Alarms, Shelves
from api.admin.care import Hospitals, Providers
from api.admin.catalogue import MedicationCategories, Medications
from api.admin.devices import DeadLetters, Devices
from api.admin.entity import Entity
from api.admin.payments import Payments
from api.admin.people import CareRelationships, LoginSessions, UserRoles, Users
from api.admin.platform import HospitalSyncs, HospitalSystems, Subscribers, Webhooks
from api.admin.rules import AlarmRules, EscalationPolicies
from api.admin.times import TimeExceptions, Times, Workplaces

SPECIAL: Final[Mapping[str, type[Entity]]] = MappingProxyType(
    {
        "alarm_rules": AlarmRules,
        "alarm_shelves": Shelves,
        "alarms": Alarms,
        "availability_exceptions": TimeExceptions,
        "care_relationships": CareRelationships,
        "dead_letters": DeadLetters,
        "escalation_policies": EscalationPolicies,
        "healthcare_providers": Providers,
        "hospital_syncs": HospitalSyncs,
        "hospital_systems": HospitalSystems,
        "hospitals": Hospitals,
        "iot_devices": Devices,
        "login_sessions": LoginSessions,
        "medication_categories": MedicationCategories,
        "medications": Medications,
        "payments": Payments,
        "provider_availability": Times,
        "provider_hospitals": Workplaces,
        "subscribers": Subscribers,
        "user_roles": UserRoles,
        "users": Users,
        "webhook_endpoints": Webhooks,
    }
)
"""By the names of their tables; all others only show."""
