"""Why there is no form to make rows of a table, or to change them; the panel says so, too."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_READINGS = "Readings come from devices, from imports and by hand on a patient's page."
_DOSES = "What a patient takes is entered by the patient and by those who prescribe."
_WORDS = "Conversations are made by those who hold them."
_HISTORY = "It is what happened, and is not written over."
_OWN = "It is for the person alone to give or to change."
_PROGRAMS = "The programs keep it."
_VISITS = (
    "Visits are booked, moved and cancelled by the rules of a provider's times, on their pages."
)
_ONCE = "Its secret is shown once, by the answer that makes it, and on no page: use the API."
_BEDSIDE = "It is prescribed by those who care for the patient."

READ_ONLY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alarm_attention": _PROGRAMS,
        "alarm_notes": "A note is written with the answer to its alarm.",
        "alarm_shelves": "A shelf is put up on the page of its alarm, by who answers for it there.",
        "alarm_transitions": _HISTORY,
        "alarms": "Alarms come from readings; they are answered, never edited.",
        "appointment_files": "Files come with a visit, from those who take part in it.",
        "appointment_ratings": _OWN,
        "appointment_transitions": _HISTORY,
        "appointments": _VISITS,
        "assistant_usage": _PROGRAMS,
        "audit_log": _HISTORY,
        "availability_exceptions": "An exception is taken back and entered anew.",
        "background_jobs": "Jobs are made by what asks for them.",
        "booking_proposals": _WORDS,
        "canary_runs": _PROGRAMS,
        "care_relationships": "They are made with a visit, or by assigning a patient (see users).",
        "consent_texts": "What somebody agreed to does not change; new texts come with a release.",
        "consents": _OWN,
        "conversation_analytics": _PROGRAMS,
        "conversations": _WORDS,
        "dead_letters": _HISTORY,
        "deliveries": _HISTORY,
        "device_clocks": _PROGRAMS,
        "device_commands": "It is sent to a device on its page, where its answer is seen.",
        "device_conditions": _PROGRAMS,
        "device_configs": "It is sent to a device on its page, where its answer is seen.",
        "device_errors": "Devices report them.",
        "device_keys": _ONCE,
        "device_ledgers": _PROGRAMS,
        "device_maintenance": "It is begun and ended on the page of the device, by who does it.",
        "early_warnings": _BEDSIDE,
        "encounters": "A stay begins with the registration of a patient, by who cares for them.",
        "erasures": "An erasure cannot be undone, and comes with a proof: ask for it over the API.",
        "exports": "An export is for whoever asked for it, with a link to its file: use the API.",
        "health_goals": _OWN,
        "hospital_syncs": _HISTORY,
        "hospital_systems": _ONCE,
        "imports": _READINGS,
        "iot_devices": "The key of a new device is shown once, on the page where it is registered.",
        "latest": _READINGS,
        "ledger_entries": _HISTORY,
        "login_sessions": "A login opens one.",
        "manual_entries": _READINGS,
        "medication_events": _HISTORY,
        "medication_intakes": _DOSES,
        "medication_plans": _DOSES,
        "message_feedback": _WORDS,
        "messages": _WORDS,
        "milestones": _PROGRAMS,
        "notification_preferences": _OWN,
        "notifications": "What happens is told by the programs that see it.",
        "observation_sets": "Observations are written down at the bedside.",
        "passkeys": _OWN,
        "payment_events": _HISTORY,
        "payment_refunds": "Money is sent back by an action of its payment.",
        "payment_transitions": _HISTORY,
        "payments": "Money comes from payers; it is sent back, never edited.",
        "provider_hospitals": "It is taken away and entered anew, or made the primary one.",
        "push_subscriptions": _OWN,
        "reading_amendments": _HISTORY,
        "retention_periods": "Periods are set where the jobs run, by their settings.",
        "roles": "What roles may do comes with a release; people are given and taken them.",
        "score_history": _PROGRAMS,
        "series": _READINGS,
        "side_effect_reports": _OWN,
        "subscribers": _ONCE,
        "user_medications": _DOSES,
        "user_profiles": _OWN,
        "user_roles": "A role is given by an action of its user.",
        "users": "People register themselves, patients also by those who then care for them; names "
        "and addresses are for them to change.",
        "vitals": _READINGS,
        "waiting_list_entries": _VISITS,
        "waiting_list_offers": _VISITS,
        "webhook_endpoints": _ONCE,
    }
)
