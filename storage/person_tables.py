"""Which rows of which table are a person's: one list for what is exported, erased and proven.

A row is a person's where a foreign key that cascades leads from it to them, step by step: what the
database would delete with their account. `ALSO` adds what no foreign key says, `EXCEPT` takes away
what such a key says too much. Who acted on others' rows, by a key that does not cascade, is made
nobody there. `tests/storage/test_person_tables.py` walks the schema and fails on a table that
`TABLES` does not know: whoever adds one decides here what becomes of a person in it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Table

from storage.models import Base

ERASED: Final = UUID("00000000-0000-4000-8000-0000000e4a5e")
"""The account that stands for everybody who was erased, where others' rows need somebody."""

ALSO: Final = {
    "consents": "grantee_id = %(person)s",
    "dead_letters": "device_id = ANY(%(devices)s)",
    "score_dirty": "patient_id = %(person)s",
    "vitals": "series_id = ANY(%(series)s)",
}
"""Rows of a person that no foreign key leads from, as SQL."""
EXCEPT: Final = {
    ("series", "device_id"): "readings that a device took of an earlier owner are theirs",
}
KEPT: Final = {
    ("audit_log", "actor_id"): "who did what stays provable; the number leads to nobody",
    ("audit_log", "resource_id"): "what was looked at stays provable; a number that leads nowhere",
    ("audit_patients", "patient_ids"): "whose data was seen stays provable; a number alone",
    ("erasures", "device_ids"): "numbers without meaning, so that the proof can be made again",
    ("erasures", "document"): "the proof names the number that was erased",
    ("erasures", "person_id"): "a number without a name: this erasure's",
    ("erasures", "requested_by_id"): "the person asked for it: the same number",
}
"""Columns that go on holding a person's number, and why."""

OWN: Final = "deleted"
"""All or some rows are a person's and are deleted."""
NOBODYS: Final = "made nobody's"
"""No row is a person's; who acted is taken out of them."""
NONE: Final = "nobody in it"
CHAIN: Final = "kept: free text and addresses are erased, see storage.audit.forget"
TABLES: Final = {
    **dict.fromkeys(
        (
            *(
                "alarm_attention",
                "alarm_notes",
                "alarm_rules",
                "alarm_shelves",
                "alarm_transitions",
            ),
            *("alarms", "assistant_usage", "calendar_feeds", "side_effect_reports"),
            *("appointment_files", "appointment_ratings", "appointment_transitions"),
            *("appointments", "background_jobs", "booking_proposals", "care_relationships"),
            *("consents", "conversation_analytics", "conversations", "dead_letters", "deliveries"),
            *("device_clocks", "device_commands", "device_conditions", "device_configs"),
            *("device_errors", "device_facts", "device_habits", "device_keys", "device_ledgers"),
            *("device_maintenance", "early_warnings", "encounters", "engine_states", "exports"),
            *("health_goals", "import_parts", "imports", "iot_devices", "kept_answers", "latest"),
            *("login_sessions", "manual_entries", "medication_events", "medication_intakes"),
            *("medication_plans", "message_feedback", "message_sources", "messages"),
            *("milestone_checks", "milestones", "notification_preferences", "notifications"),
            *("observation_sets", "one_time_tokens", "passkeys", "push_subscriptions"),
            *("reading_amendments", "reading_hours", "recovery_codes", "refresh_tokens"),
            *("rollup_day", "rollup_dirty", "rollup_hour", "rollup_minute", "rollup_work"),
            *("score_dirty", "score_history", "score_states", "series", "subscribers"),
            *("totp_credentials", "user_medications", "user_profiles", "user_roles", "users"),
            *("vitals", "waiting_list_entries", "waiting_list_offers", "webhook_endpoints"),
        ),
        OWN,
    ),
    **dict.fromkeys(
        ("escalation_policies", "payments", "payment_refunds", "provider_availability"), NOBODYS
    ),
    **dict.fromkeys(
        (
            *("audit_head", "canary_runs", "consent_texts"),
            *("hospital_systems", "hospitals", "ledger_entries"),
            *("login_failures",),
            *("medication_categories", "medications", "payment_transitions", "provider_hospitals"),
            *("retention_periods", "roles"),
        ),
        NONE,
    ),
    **dict.fromkeys(("audit_log", "audit_patients", "audit_pending"), CHAIN),
    "availability_exceptions": "emptied: why a provider was away",
    "erasures": "kept: the proof",
    "healthcare_providers": "emptied: others' appointments go on pointing to it",
    "hospital_syncs": "emptied: what hospitals were told of a provider",
    "outbox": "readings are taken out of packed batches",
    "payment_events": "emptied: what a payment service said of a person's payment",
}
"""Every table, and what becomes of a person in it."""

_ROOTS: Final = {
    ("users", "id"): "{} = %(person)s",
    ("iot_devices", "device_id"): "{} = ANY(%(devices)s)",
    ("series", "id"): "{} = ANY(%(series)s)",
}
_WHOSE: Final = frozenset({"patient_id", "person_id", "user_id"})


class Actor(NamedTuple):
    """A column that says who acted on a row of somebody else's."""

    table: str
    column: str
    stand_in: UUID | None
    """Who is put there instead; None where the row is to be nobody's."""


@cache
def condition(table: str) -> str | None:
    """Which rows of a table are a person's, as SQL over `person`, `devices`, `series`; None: none.

    >>> condition("alarm_notes")
    '(alarm_id IN (SELECT id FROM alarms WHERE (patient_id = %(person)s)))'
    """
    parts = [ALSO[table]] if table in ALSO else []
    if table == "users":
        parts.append("id = %(person)s")
    for column, key in _keys(Base.metadata.tables[table]):
        if key.ondelete == "CASCADE" and (table, column.name) not in EXCEPT:
            whose = _leads(column, key)
            parts += [whose] if whose else []
    return f"({' OR '.join(parts)})" if parts else None


def _leads(column: Column[object], key: ForeignKey) -> str | None:
    parent = key.column.table.name
    if root := _ROOTS.get((parent, key.column.name)):
        return root.format(column.name)
    whose = condition(parent)
    return whose and f"{column.name} IN (SELECT {key.column.name} FROM {parent} WHERE {whose})"  # noqa: S608 - names of the schema


def _keys(table: Table) -> Iterator[tuple[Column[object], ForeignKey]]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield column, key


def owned() -> list[str]:
    """Tables with rows of people, those that depend on others first."""
    return [
        table.name
        for table in reversed(Base.metadata.sorted_tables)
        if condition(table.name) is not None
    ]


@cache
def actors() -> tuple[Actor, ...]:
    """Columns that name people who acted on others' rows."""
    return tuple(
        Actor(table.name, column.name, None if column.name in _WHOSE else ERASED)
        for table in Base.metadata.sorted_tables
        for column, key in _keys(table)
        if key.column.table.name == "users" and key.ondelete != "CASCADE"
    )


def trusted(statement: str) -> LiteralString:
    """SQL of this package's own making: names of the schema, and no value."""
    return statement
