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
from storage.models.attention import AlarmAttention, Consent, EscalationPolicy
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
    "AssistantUsage",
    "AuditHead",
    "AuditPatients",
    "AuditPending",
    "AuditRecord",
    "BackgroundJob",
    "Base",
    "BookingProposal",
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
    "EscalationPolicy",
    "HealthGoal",
    "HealthcareProvider",
    "Hospital",
    "Import",
    "ImportPart",
    "IoTDevice",
    "KeptAnswer",
    "Latest",
    "LoginFailure",
    "LoginSession",
    "ManualEntry",
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
    "ProviderHospital",
    "PushSubscription",
    "ReadingAmendment",
    "RecoveryCode",
    "RefreshToken",
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
    "Subscriber",
    "TotpCredential",
    "User",
    "UserProfile",
    "UserRole",
    "Vital",
    "WebhookEndpoint",
]
