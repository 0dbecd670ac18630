"""Sheets of people: accounts, roles, care, consents, and their own affairs."""

from typing import Final

from sqlalchemy import not_

from storage import models as m
from storage.panel.sheets import Sheet

SHEETS: Final = (
    Sheet(
        model=m.User,
        group="People",
        label="Users",
        title=("first_name", "last_name"),
        beside=("email", "date_of_birth"),
        columns=("last_name", "first_name", "email", "is_active", "last_login", "created_at"),
        search=("last_name", "first_name", "username", "email"),
        hidden=frozenset({"is_synthetic"}),
        patient=m.User.id,
        only=lambda: not_(m.User.is_synthetic),
    ),
    Sheet(
        model=m.UserProfile,
        group="People",
        label="Profiles",
        columns=("user_id", "gender", "height", "weight", "blood_type", "updated_at"),
        patient=m.UserProfile.user_id,
    ),
    Sheet(
        model=m.Role,
        group="People",
        label="Roles",
        title=("name",),
        search=("name",),
        few=True,
    ),
    Sheet(
        model=m.UserRole,
        group="People",
        label="Roles held",
        columns=("user_id", "role_id", "assigned_at", "assigned_by_id"),
    ),
    Sheet(
        model=m.LoginSession,
        group="People",
        label="Login sessions",
        columns=("user_id", "method", "address", "created_at", "last_used_at", "ended_at"),
    ),
    Sheet(
        model=m.Passkey,
        group="People",
        label="Passkeys",
        columns=("user_id", "name", "created_at", "last_used_at"),
    ),
    Sheet(
        model=m.CareRelationship,
        group="Care",
        label="Care relationships",
        columns=("patient_id", "clinician_id", "kind", "starts_at", "ends_at"),
        patient=m.CareRelationship.patient_id,
    ),
    Sheet(
        model=m.Consent,
        group="Care",
        label="Consents",
        columns=("patient_id", "scope", "version", "grantee_id", "granted_at", "revoked_at"),
        patient=m.Consent.patient_id,
    ),
    Sheet(model=m.ConsentText, group="Care", label="Consent texts", few=True),
    Sheet(
        model=m.Encounter,
        group="Care",
        label="Stays",
        columns=("patient_id", "hospital_id", "ward", "bed", "period_start", "period_end"),
        values=("ward",),
        patient=m.Encounter.patient_id,
    ),
    Sheet(
        model=m.Hospital,
        group="Care",
        label="Hospitals",
        title=("name",),
        beside=("city", "country"),
        columns=("name", "hospital_type", "city", "country", "is_active"),
        search=("name", "city"),
        few=True,
    ),
    Sheet(
        model=m.HealthcareProvider,
        group="Care",
        label="Providers",
        title=("first_name", "last_name"),
        beside=("specialization", "license_number"),
        columns=("last_name", "first_name", "specialization", "license_number", "is_active"),
        search=("last_name", "first_name", "email", "license_number", "specialization"),
        few=True,
    ),
    Sheet(
        model=m.ProviderHospital,
        group="Care",
        label="Providers' hospitals",
        columns=("provider_id", "hospital_id", "is_primary"),
        few=True,
    ),
    Sheet(
        model=m.Export,
        group="Rights",
        label="Exports",
        columns=("person_id", "requested_by_id", "created_at", "finished_at", "expires_at"),
        patient=m.Export.person_id,
        newest="created_at",
    ),
    Sheet(
        model=m.Erasure,
        group="Rights",
        label="Erasures",
        columns=("person_id", "requested_by_id", "requested_at", "finished_at"),
        hidden=frozenset({"reason", "document", "files", "device_ids", "series_ids"}),
        patient=m.Erasure.person_id,
    ),
    Sheet(model=m.RetentionPeriod, group="Rights", label="Retention periods", few=True),
)
