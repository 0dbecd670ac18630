"""A patient on a ward with people around, and an alarm of theirs that calls."""

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from analytics.rules import Rule

Connection = psycopg.AsyncConnection[Any]


class Ward:
    """A patient on a ward with people around, and an alarm of theirs."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.ward = f"W{uuid4().hex[:6]}"
        self.patient = self.carer = self.colleague = self.alarm = uuid4()

    async def person(self, *roles: str) -> UUID:
        """Commit an account with these roles."""
        user = uuid4()
        await self.db.execute(
            "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, 'Efua', 'A')",
            (user, str(user)),
        )
        await self.db.execute(
            "INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles"
            " WHERE name = ANY(%s)",
            (user, list(roles)),
        )
        return user

    async def admit(self, patient: UUID) -> None:
        """Put a patient on the ward."""
        await self.db.execute(
            "INSERT INTO encounters (patient_id, ward, bed, period_start) VALUES (%s, %s, '1',"
            " now())",
            (patient, self.ward),
        )

    async def care(self, clinician: UUID, patient: UUID) -> None:
        """Open a care relationship."""
        await self.db.execute(
            "INSERT INTO care_relationships (clinician_id, patient_id, starts_at)"
            " VALUES (%s, %s, now() - interval '1 minute')",
            (clinician, patient),
        )

    async def raise_alarm(self, priority: str = "high", rule: Rule | None = None) -> UUID:
        """Commit an alarm that calls from now on, as the engine does."""
        evidence = {} if rule is None else {"rule": asdict(rule)}
        alarm = uuid4()
        await self.db.execute(
            "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title,"
            " message, rule_version, started_at, activated_at, attention_at, evidence)"
            " VALUES (%s, %s, %s, 'physiological', %s, 'active_unacknowledged', 'Heart rate high',"
            " 'm', 'builtin:1', now(), now(), now(), %s)",
            (alarm, self.patient, f"c{uuid4().hex[:8]}", priority, Jsonb(evidence)),
        )
        await self.step(alarm, "delay_passed")
        return alarm

    async def step(self, alarm: UUID, reason: str, state: str = "active_unacknowledged") -> None:
        """Commit a transition of the engine."""
        await self.db.execute(
            "INSERT INTO alarm_transitions (alarm_id, at, to_state, reason, priority)"
            " VALUES (%s, now(), %s, %s, 'high')",
            (alarm, state, reason),
        )

    async def later(self, seconds: float) -> None:
        """Let time pass for the alarm: everything of it was so long ago."""
        past = dt.timedelta(seconds=seconds)
        for statement in (
            """UPDATE alarm_attention SET began_at = began_at - %(past)s,
            told_at = told_at - %(past)s WHERE alarm_id = %(alarm)s""",
            """UPDATE alarms SET attention_at = attention_at - %(past)s,
            snoozed_until = snoozed_until - %(past)s WHERE id = %(alarm)s""",
            "UPDATE alarm_transitions SET at = at - %(past)s WHERE alarm_id = %(alarm)s",
        ):
            await self.db.execute(statement, {"past": past, "alarm": self.alarm})

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def history(self) -> list[tuple[str, int]]:
        """Steps of the clock: why, and how many were told."""
        found = await self.rows(
            "SELECT reason, detail FROM alarm_transitions WHERE alarm_id = %s"
            " AND reason IN ('notified', 'escalated', 'reminded', 'snooze_ended', 'shelf_ended')"
            " ORDER BY id",
            self.alarm,
        )
        return [(row["reason"], len(row["detail"].get("told", []))) for row in found]

    async def told(self) -> list[dict[str, Any]]:
        """Notifications of the alarm, oldest first."""
        return await self.rows(
            "SELECT * FROM notifications WHERE payload ->> 'alarm_id' = %s"
            " ORDER BY created_at, recipient",
            str(self.alarm),
        )

    async def state(self) -> dict[str, Any]:
        """The alarm's row."""
        [row] = await self.rows("SELECT * FROM alarms WHERE id = %s", self.alarm)
        return row


async def consent(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE users SET emergency_contact_name = 'Esi', emergency_contact_phone = '+233200000001'"
        " WHERE id = %s",
        (ward.patient,),
    )
    await ward.db.execute(
        "INSERT INTO consents (patient_id, scope) VALUES (%s, 'emergency_contact')", (ward.patient,)
    )
