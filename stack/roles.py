"""The roles that people may have."""

import enum


class Role(enum.StrEnum):
    """What a person may do."""

    PATIENT = "patient"
    CLINICIAN = "clinician"
    DEVELOPER = "developer"
    ADMIN = "admin"
    AUDITOR = "auditor"
