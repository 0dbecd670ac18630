"""Every table: how the admin panel shows it, or why it does not."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from storage.panel import monitoring, people, platform, visits
from storage.panel.sheets import Sheet

SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType(
    {one.key: one for one in (*people.SHEETS, *monitoring.SHEETS, *visits.SHEETS, *platform.SHEETS)}
)
"""By the name of their tables, in the order of the menu."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "audit_head": "the end of the audit log's chain, for `jeg audit verify`",
        "audit_patients": "sets of patients that records of the log point to",
        "audit_pending": "records on their way into the log",
        "calendar_feeds": "an id is all that keeps a feed private",
        "device_facts": "observations of the clock's watch, taken away once they are used",
        "device_habits": "what the firmware doctor reads, shown by its report",
        "engine_states": "memory of the engine, in a form of its own",
        "import_parts": "files of readings that wait to be read",
        "kept_answers": "whole answers of the API, kept for a day for Idempotency-Key",
        "login_failures": "digests of what was typed, which nobody can read",
        "message_sources": "quotes from conversations, whose words are not shown",
        "milestone_checks": "when to look for milestones again",
        "one_time_tokens": "secrets are made from their ids",
        "outbox": "readings on their way to the engine",
        "reading_hours": "when readings were stored, for whoever asks for changes",
        "recovery_codes": "digests of secrets",
        "refresh_tokens": "secrets are made from their ids",
        "rollup_day": "sums of readings, made again from them",
        "rollup_dirty": "sums that wait to be made",
        "rollup_hour": "sums of readings, made again from them",
        "rollup_minute": "sums of readings, made again from them",
        "rollup_work": "sums that are being made",
        "score_dirty": "scores that wait to be made",
        "score_states": "memory of the scores, in a form of its own",
        "totp_credentials": "secrets are made from their ids",
    }
)
"""Tables that no page shows, each with its reason."""
