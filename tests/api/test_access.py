"""Every endpoint, every kind of caller, every relation to the patient: what they get."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.auth import Permitted
from tests.api.access_table import ROWS
from tests.api.access_table.rows import ACTOR, OK, OPEN, PATIENT, WHO, Row
from tests.support import visits
from tests.support.clinic import Clinic, npi
from tests.support.http import People, Person

ROLES = {
    "self": "patient",
    "other": "patient",
    "developer": "developer",
    "stranger": "developer",
    "admin": "admin",
    "auditor": "auditor",
}
RELATED = {"other", "consented", "colleague", "emergency", "ended", "unrelated", "stranger"}
CATCH_ALL = "{path:path}"
_NAME = re.compile(r"\{(\w+)(:\w+)?\}")


def _routes(app: FastAPI) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if path.startswith(("/api/", "/fhir/")) and not path.endswith(CATCH_ALL):
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, path, tuple(sorted(set(_permissions(route))))


def _permissions(route: Any) -> Iterator[str]:
    waiting = [route.dependant] if hasattr(route, "dependant") else []
    while waiting:
        one = waiting.pop()
        if isinstance(one.call, Permitted):
            yield one.call.permission
        waiting.extend(one.dependencies)


def test_every_endpoint_has_a_row_with_its_permissions(built: FastAPI) -> None:
    declared = {(method, path): permissions for method, path, permissions in _routes(built)}
    rows = {(row.method, row.path): tuple(sorted(row.permissions)) for row in ROWS}
    assert len(rows) == len(ROWS)
    assert sorted(declared.keys() - rows.keys()) == [], "add rows to tests/api/access_table/"
    assert sorted(rows.keys() - declared.keys()) == [], "rows of endpoints that are gone"
    assert rows == declared


class Case:
    """One caller, a patient of their own, and how they are related."""

    def __init__(self, people: People, who: str, row: Row) -> None:
        self.people, self.who, self.row = people, who, row
        self.ids: dict[str, str] = {}
        self.request_id = f"access-{uuid4()}"

    async def prepare(self) -> None:
        """Commit caller, patient, relation, and what the row names."""
        people = self.people
        self.patient = await people.patient()
        self.caller = await self._caller()
        if self.caller is not None:
            await self._relate(self.caller)
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
        self.ids = {
            "patient_id": str(self.patient.id),
            "condition": "heart_rate_high",
            "name": "nothing",
            "role": "patient",
            "soon": soon.isoformat(),
            "unique": uuid4().hex,
            "npi": npi(),
            "later": (soon + dt.timedelta(days=9)).isoformat(),
        }
        wanted = {name for name, _ in _NAME.findall(f"{self.row.path}{self.row.body}")}
        wanted.update(self.row.needs)
        # In order: a payment is of the appointment that the row names.
        for name in sorted(wanted - self.ids.keys()):
            self.ids[name] = await self._make(name)

    async def _caller(self) -> Person | None:
        if self.who == "anonymous":
            return None
        if self.who == "self":
            return self.patient
        if self.who == "nobody":
            return await self.people.person()
        return await self.people.person(ROLES.get(self.who, "clinician"))

    async def _relate(self, caller: Person) -> None:
        db, patient = self.people.db, self.patient
        if self.who in {"cared", "developer", "ended", "other", "auditor", "nobody"}:
            # Of a patient, an auditor, or somebody without a role a relationship counts nothing.
            await self.people.care(caller, patient)
        if self.who == "emergency":
            await db.execute(
                "INSERT INTO care_relationships (clinician_id, patient_id, kind, reason, ends_at)"
                " VALUES (%s, %s, 'break_glass', 'fell in the corridor', now() + interval '1 h')",
                (caller.id, patient.id),
            )
        if self.who in {"consented", "ended"}:
            await db.execute(
                "INSERT INTO consents (patient_id, scope, grantee_id)"
                " VALUES (%s, 'share_with_clinician', %s)",
                (patient.id, caller.id),
            )
        if self.who == "colleague":
            await self._share_with_hospital_of(caller)
        if self.who == "ended":
            await self.people.end_care(caller, patient)
            await db.execute(
                "UPDATE consents SET revoked_at = now() WHERE patient_id = %s", (patient.id,)
            )

    async def _share_with_hospital_of(self, caller: Person) -> None:
        db, hospital, provider = self.people.db, uuid4(), uuid4()
        await db.execute(
            "INSERT INTO hospitals (id, name) VALUES (%s, %s)", (hospital, f"{hospital}")
        )
        await db.execute(
            "INSERT INTO healthcare_providers (id, user_id, first_name, last_name, email,"
            " license_number) VALUES (%s, %s, 'Ama', 'Owusu', %s, %s)",
            (provider, caller.id, f"{provider}@x.example", str(provider)),
        )
        await db.execute(
            "INSERT INTO provider_hospitals (provider_id, hospital_id) VALUES (%s, %s)",
            (provider, hospital),
        )
        await db.execute(
            "INSERT INTO consents (patient_id, scope, grantee_id)"
            " VALUES (%s, 'share_with_hospital', %s)",
            (self.patient.id, hospital),
        )

    async def _make(self, name: str) -> str:  # noqa: C901, PLR0912 - a case for each name
        people, patient = self.people, self.patient
        match name:
            case "device_id":
                return str(await people.device(patient))
            case "alarm_id":
                return str(await people.alarm(patient))
            case "payment_id":
                return str(await self._payment())
            case "user_id":
                return str((await people.patient()).id)
            case "clinician_id":
                clinician = await people.person("clinician")
                await people.care(clinician, patient)
                return str(clinician.id)
            case "shelf_id":
                return str(
                    await self._insert(
                        "INSERT INTO alarm_shelves (patient_id, condition, reason, starts_at,"
                        " ends_at, by_id) VALUES (%s, 'heart_rate_high', 'moved', now(),"
                        " now() + interval '5 min', %s) RETURNING id",
                        (patient.id, patient.id),
                    )
                )
            case "consent_id":
                return str(
                    await self._insert(
                        "INSERT INTO consents (patient_id, scope) VALUES (%s, 'research')"
                        " RETURNING id",
                        (patient.id,),
                    )
                )
            case "medication_id":
                return str(await people.medication())
            case "user_medication_id":
                return str(await people.takes(patient, await people.medication()))
            case "conversation_id":
                return str(await people.conversation(patient))
            case "assistant_consent":
                return str(await people.agrees(patient))
            case "reading_id" | "observation_id":
                answer = await patient.post(
                    "/api/health-metrics/", {"metric_type": "heart_rate", "value": 72}
                )
                return str(answer.json()["id"])
            case "appointment_id":
                return await self._appointment()
            case "hospital_id":
                return str(await Clinic(people.db).hospital())
            case "provider_id":
                return str(await Clinic(people.db).provider())
            case _:
                return str(uuid4())

    async def _appointment(self) -> str:
        who = await visits.provider(self.people)
        fee = {"consultation_fee": "45.50", "payment_status": "pending"}
        return str(await visits.inserted(self.people, self.patient, who, visits.day(), **fee))

    async def _payment(self) -> UUID:
        appointment = self.ids.get("appointment_id") or await self._make("appointment_id")
        return await self._insert(
            "INSERT INTO payments (appointment_id, patient_id, provider, amount, currency,"
            " idempotency_key) VALUES (%s, %s, 'local', 45.5, 'USD', gen_random_uuid())"
            " RETURNING id",
            (appointment, self.patient.id),
        )

    async def _insert(self, statement: str, values: tuple[Any, ...]) -> UUID:
        row = await (await self.people.db.execute(statement, values)).fetchone()
        assert row is not None
        return UUID(str(row[0]))

    def _fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._fill(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._fill(one) for one in value]
        return _NAME.sub(lambda m: self.ids[m[1]], value) if isinstance(value, str) else value

    async def call(self) -> tuple[int, str]:
        """Ask as the caller: (status, text)."""
        headers = {"X-Request-ID": self.request_id}
        if self.caller is not None:
            headers |= self.caller.headers
        answer = await self.people.client.request(
            self.row.method,
            self._fill(self.row.path),
            params=self._fill(self.row.query),
            json=self._fill(self.row.body),
            headers=headers,
        )
        return answer.status_code, answer.text

    async def records(self) -> list[tuple[Any, ...]]:
        """What the audit log has of it: (actor, patients, outcome, reason)."""
        await self.people.parts.trail.keep(())
        cursor = await self.people.db.execute(
            "SELECT actor_id, patient_ids, outcome, reason FROM audit_log"
            " LEFT JOIN audit_patients ON digest = patients WHERE request_id = %s",
            (self.request_id,),
        )
        return await cursor.fetchall()


def _callers(row: Row) -> Iterator[str]:
    """Whom to try: where no patient is concerned, one of each role is enough."""
    for who in WHO:
        if row.permissions == OPEN and who != "anonymous":
            continue
        if row.audited != PATIENT and row.shows is None and who in RELATED:
            continue
        if not (row.endless and row.expected[who] == OK):
            yield who


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
async def test_who_gets_what(people: People, row: Row) -> None:
    wrong = []
    for who in _callers(row):
        case = Case(people, who, row)
        await case.prepare()
        status, text = await case.call()
        wrong += [f"{who}: {problem}" for problem in _problems(case, status, text)]
        if case.caller is not None:
            kept = await case.records()
            wrong += [f"{who}: {problem}" for problem in _gaps(case, case.caller, kept)]
    assert not wrong, "\n".join(wrong)


def _problems(case: Case, status: int, text: str) -> Iterator[str]:
    """What is wrong with an answer."""
    row, expected = case.row, case.row.expected[case.who]
    if status not in (row.ok if expected == OK else (expected,)):
        yield f"got {status}, not {expected or row.ok}: {text[:200]}"
    # An admin's list holds the patients of other tests as well, and this one on a later page.
    elif row.shows is not None and expected == OK and case.who != "admin":
        shown = str(case.patient.id) in text
        if shown != (row.shows[case.who] == OK):
            yield "sees the patient" if shown else "does not see the patient"


def _gaps(case: Case, caller: Person, kept: list[tuple[Any, ...]]) -> Iterator[str]:
    """What is missing in the audit log."""
    row, expected = case.row, case.row.expected[case.who]
    if any(actor != caller.id for actor, *_ in kept):
        yield "somebody else is in the audit log"
    if expected != OK:
        if "denied" not in {outcome for _, _, outcome, _ in kept}:
            yield "the refusal is not in the audit log"
        return
    sees = row.shows is None or (row.shows[case.who] == OK and case.who != "admin")
    if row.audited == ACTOR and not kept:
        yield "is not in the audit log"
    if row.audited != PATIENT or not sees:
        return
    reasons = {reason for _, patients, _, reason in kept if case.patient.id in (patients or ())}
    if not reasons:
        yield "the patient is not in the audit log"
    if case.who == "emergency" and "" in reasons:
        yield "the audit log does not have the reason of the emergency"


def test_the_table_knows_everybody() -> None:
    assert all(set(row.expected) == set(WHO) for row in ROWS)
    assert {row.audited for row in ROWS} == {None, ACTOR, PATIENT}
