"""Every table, so that importing this package fills `Base.metadata`."""

from storage.models.access import (
    AuditHead,
    AuditPatients,
    AuditPending,
    AuditRecord,
    ConsentText,
)
from storage.models.accounts import RefreshToken, Role, User, UserProfile, UserRole
from storage.models.alarms import (
    Alarm,
    AlarmNote,
    AlarmRule,
    AlarmShelf,
    AlarmTransition,
    EngineState,
)
from storage.models.appointments import (
    Appointment,
    AppointmentFile,
    AppointmentRating,
    AppointmentTransition,
    CalendarFeed,
    WaitingListEntry,
    WaitingListOffer,
)
from storage.models.attention import AlarmAttention, Consent, EscalationPolicy
from storage.models.availability import AvailabilityException, ProviderAvailability
from storage.models.base import Base
from storage.models.care import (
    CareRelationship,
    Encounter,
    HealthcareProvider,
    Hospital,
    ProviderHospital,
)
from storage.models.commands import DeviceCommand, DeviceConfig
from storage.models.conversations import (
    AssistantUsage,
    BookingProposal,
    Conversation,
    ConversationAnalytics,
    Message,
    MessageFeedback,
    MessageSource,
)
from storage.models.devices import (
    DeviceClock,
    DeviceError,
    DeviceHabit,
    DeviceKey,
    DeviceLedger,
    DeviceMaintenance,
    IoTDevice,
)
from storage.models.hospital_systems import HospitalSync, HospitalSystem
from storage.models.idempotency import KeptAnswer
from storage.models.jobs import BackgroundJob, RollupWork
from storage.models.logins import (
    LoginFailure,
    LoginSession,
    OneTimeToken,
    Passkey,
    RecoveryCode,
    TotpCredential,
)
from storage.models.manual import Import, ImportPart, ManualEntry, ReadingAmendment
from storage.models.medications import (
    Medication,
    MedicationCategory,
    MedicationEvent,
    MedicationIntake,
    MedicationPlan,
    SideEffectReport,
    UserMedication,
)
from storage.models.notifications import (
    Delivery,
    Notification,
    NotificationPreference,
    PushSubscription,
    WebhookEndpoint,
)
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
from storage.models.rights import Erasure, Export, RetentionPeriod
from storage.models.scores import EarlyWarning, ObservationSet, ScoreDirty, ScoreHistory, ScoreState
from storage.models.subscribers import Subscriber
from storage.models.technical import CanaryRun, DeviceCondition, DeviceFact
from storage.models.trends import HealthGoal, Milestone, MilestoneCheck

__all__ = [
    "Alarm",
    "AlarmAttention",
    "AlarmNote",
    "AlarmRule",
    "AlarmShelf",
    "AlarmTransition",
    "Appointment",
    "AppointmentFile",
    "AppointmentRating",
    "AppointmentTransition",
    "AssistantUsage",
    "AuditHead",
    "AuditPatients",
    "AuditPending",
    "AuditRecord",
    "AvailabilityException",
    "BackgroundJob",
    "Base",
    "BookingProposal",
    "CalendarFeed",
    "CanaryRun",
    "CareRelationship",
    "Consent",
    "ConsentText",
    "Conversation",
    "ConversationAnalytics",
    "DeadLetter",
    "Delivery",
    "DeviceClock",
    "DeviceCommand",
    "DeviceCondition",
    "DeviceConfig",
    "DeviceError",
    "DeviceFact",
    "DeviceHabit",
    "DeviceKey",
    "DeviceLedger",
    "DeviceMaintenance",
    "EarlyWarning",
    "Encounter",
    "EngineState",
    "Erasure",
    "EscalationPolicy",
    "Export",
    "HealthGoal",
    "HealthcareProvider",
    "Hospital",
    "HospitalSync",
    "HospitalSystem",
    "Import",
    "ImportPart",
    "IoTDevice",
    "KeptAnswer",
    "Latest",
    "LoginFailure",
    "LoginSession",
    "ManualEntry",
    "Medication",
    "MedicationCategory",
    "MedicationEvent",
    "MedicationIntake",
    "MedicationPlan",
    "Message",
    "MessageFeedback",
    "MessageSource",
    "Milestone",
    "MilestoneCheck",
    "Notification",
    "NotificationPreference",
    "ObservationSet",
    "OneTimeToken",
    "Outbox",
    "Passkey",
    "ProviderAvailability",
    "ProviderHospital",
    "PushSubscription",
    "ReadingAmendment",
    "RecoveryCode",
    "RefreshToken",
    "RetentionPeriod",
    "Role",
    "RollupDay",
    "RollupDirty",
    "RollupHour",
    "RollupMinute",
    "RollupWork",
    "ScoreDirty",
    "ScoreHistory",
    "ScoreState",
    "Series",
    "SideEffectReport",
    "Subscriber",
    "TotpCredential",
    "User",
    "UserMedication",
    "UserProfile",
    "UserRole",
    "Vital",
    "WaitingListEntry",
    "WaitingListOffer",
    "WebhookEndpoint",
]
