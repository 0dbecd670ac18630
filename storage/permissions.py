"""What roles may do: a closed list of permissions, and which of them each role holds.

The database keeps a role's permissions (`roles.permissions`, filled by the migrations) and is what
decides; a name there that is not in this list grants nothing. `docs/reference/access.md` is made
of this file.
"""

from typing import Final

PERMISSIONS: Final = {
    "account.use": "Own account, notifications, jobs, consents, and the log of who saw one's data.",
    "alarm_rules.ward": "Change alarm rules of wards where a patient of one's own is.",
    "alarms.answer": "Acknowledge, assign, snooze, shelve, close and reopen alarms; write notes.",
    "alarms.carry": "Alarms may be assigned to one.",
    "appointments.book": "Book, change and cancel appointments; wait for one.",
    "appointments.conduct": "Confirm, complete and close appointments of one's own patients.",
    "assistant.use": "Ask the assistant about one's own health data.",
    "audit.read": "Read the audit log of the whole installation and verify its chain.",
    "care_team.change": "Let a clinician see a patient, and end that.",
    "devices.use": "Register and look after devices of patients whom one may see; command them.",
    "jobs.repair": "See background jobs that failed for good, and start them again.",
    "medications.manage": "Change the catalogue of medicines.",
    "medications.use": "Read the catalogue of medicines, and what patients whom one may see take.",
    "metrics.write": "Enter readings of patients whom one may see.",
    "notifications.manage": "See what was not delivered, try again, connect hospitals' systems.",
    "panel.use": "Log in to the admin panel.",
    "patients.break_glass": "See any patient for a short time in an emergency, with a reason.",
    "patients.care": "Care relationships and consents let one see a patient.",
    "patients.erase": "Export or erase everything of a person.",
    "patients.record": "Write down observations, and prescribe how early warning scores count.",
    "patients.register": "Register patients, who are then in one's care.",
    "patients.view": "Read data of patients whom one may see: oneself, or those in one's care.",
    "patients.view_all": "May see every patient.",
    "payments.manage": "See every payment, take money at the desk, and send money back.",
    "policies.change": "Change who is called for alarms.",
    "policies.view": "Read who is called for alarms.",
    "providers.manage": "Enter and change hospitals and providers, their times and systems.",
    "roles.assign": "Give roles to people, and take them away.",
    "rules.change": "Change alarm rules.",
    "rules.try": "Try alarm rules on what was recorded.",
}
"""Every permission and what it allows."""

ROLES: Final[dict[str, frozenset[str]]] = {
    "patient": frozenset(
        {
            "account.use",
            "appointments.book",
            "assistant.use",
            "devices.use",
            "medications.use",
            "metrics.write",
            "patients.view",
        }
    ),
    "clinician": frozenset(
        {
            "account.use",
            "alarms.answer",
            "alarms.carry",
            "appointments.book",
            "appointments.conduct",
            "care_team.change",
            "devices.use",
            "medications.use",
            "metrics.write",
            "patients.break_glass",
            "patients.care",
            "patients.record",
            "patients.register",
            "patients.view",
            "policies.view",
            "rules.change",
            "rules.try",
        }
    ),
    "developer": frozenset(
        {
            "account.use",
            "alarms.answer",
            "devices.use",
            "metrics.write",
            "patients.care",
            "patients.register",
            "patients.view",
        }
    ),
    "admin": frozenset(
        {
            "account.use",
            "alarms.answer",
            "alarms.carry",
            "appointments.book",
            "care_team.change",
            "devices.use",
            "jobs.repair",
            "medications.manage",
            "medications.use",
            "metrics.write",
            "notifications.manage",
            "panel.use",
            "patients.erase",
            "patients.register",
            "patients.view",
            "patients.view_all",
            "payments.manage",
            "policies.change",
            "policies.view",
            "providers.manage",
            "roles.assign",
            "rules.change",
            "rules.try",
        }
    ),
    "auditor": frozenset({"account.use", "audit.read"}),
}
"""What the roles hold in a new installation."""
