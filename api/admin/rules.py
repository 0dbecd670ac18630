"""What administrators do about who is called for what: rules of alarms, escalation policies."""

from typing import Any, ClassVar
from uuid import UUID

from fastapi import Response
from markupsafe import Markup
from pydantic import Field

from analytics.rules import BUILTIN
from api.admin.acting import Turn
from api.admin.changing import Changeable
from api.admin.deeds import Typed, deed
from api.admin.entity import Row
from api.alarm_rules import service as alarm_rules
from api.alarm_rules.endpoints import scope
from api.alarm_rules.schemas import RuleInput, Withdrawal
from api.auth import Caller
from api.errors import ConflictError, NotFoundError
from api.escalation_policies.endpoints import end_policy, put_policy
from api.escalation_policies.schemas import PolicyInput
from api.schemas import ShortText
from storage.engine import WriteSession
from storage.queries.alarm_rules import COLUMNS, Where, current

CHANGES = "policies.change"
REASON_FORM = Markup(
    '<form><label class="form-label mt-3">Reason<input class="form-control" name="reason" '
    'maxlength="200" required></label></form>'
)


class RuleForm(RuleInput):
    """The next version of a rule, and whose it is."""

    condition: str
    patient_id: UUID | None = Field(
        default=None, description="Of one patient; with no patient and no ward, of everybody."
    )
    ward: ShortText | None = Field(default=None, description="Of one ward.")
    hospital_id: UUID | None = Field(
        default=None, description="Whose ward; left out where wards have no hospital."
    )


class ThereIsOneError(ConflictError):
    """There is one of this scope already: change that one."""


class AlarmRules(Changeable):
    """Versions of rules: the current one of a scope has a next one, or is withdrawn."""

    making = shape = RuleForm
    writable = (
        "condition",
        "patient_id",
        "ward",
        "hospital_id",
        *COLUMNS.values(),
        "reason",
    )
    settled = frozenset({"condition", "patient_id", "ward", "hospital_id"})
    whole = True
    anew = frozenset({"reason"})
    named: ClassVar = {column: name for name, column in COLUMNS.items()}
    choices: ClassVar = {"condition": sorted(BUILTIN)}
    permission = alarm_rules.CHANGE

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As PUT does, where the scope has none of its own."""
        where = await scope(body.patient_id, body.ward, body.hospital_id)
        known = (await current(turn.session, [where], [body.condition])).get(
            (where, body.condition)
        )
        if known is not None and not known.withdrawn:
            raise ThereIsOneError
        seen = 0 if known is None else known.version
        return await _next(turn.session, turn.caller, where, body, seen)

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PUT does; another version than this one is left alone."""
        return await _next(turn.session, turn.caller, _where(row), body, row.version)

    def holds(self, row: Row) -> bool:
        """Only what holds has a next version."""
        return _rule_holds(row)

    @deed(
        "Withdraw",
        "rotate-left",
        "The rule of the wider scope holds again, within a second.",
        needs=alarm_rules.CHANGE,
        when=lambda row, _caller: _rule_holds(row),
        form=str(REASON_FORM),
    )
    async def withdraw(self, turn: Turn, row: Row, typed: Typed) -> None:
        """As DELETE does; another version than this one is left alone."""
        why = Withdrawal.model_validate({"reason": typed.get("reason", "")})
        target = alarm_rules.Target(_where(row), row.condition, frozenset({row.version}))
        await alarm_rules.withdraw(turn.session, turn.caller, target, why.reason)


def _rule_holds(row: Row) -> bool:
    return row.superseded_at is None and not row.withdrawn


def _where(row: Row) -> Where:
    return Where(patient_id=row.patient_id, hospital_id=row.hospital_id, ward=row.ward)


async def _next(
    session: WriteSession, caller: Caller, where: Where, body: RuleForm, seen: int
) -> UUID:
    """Make the next version after the one that was seen."""
    target = alarm_rules.Target(where, body.condition, frozenset({seen}))
    wanted = RuleInput.model_validate(body.model_dump(include=set(RuleInput.model_fields)))
    await alarm_rules.change(session, caller, target, wanted)
    return (await current(session, [where], [body.condition]))[where, body.condition].id


class EscalationPolicies(Changeable):
    """Versions of policies: the one in force has a next one, or is taken out of force."""

    making = shape = PolicyInput
    writable = ("priority", "ward", "hospital_id", "steps", "repeat_seconds")
    settled = frozenset({"priority", "ward", "hospital_id"})
    whole = True
    permission = CHANGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As PUT does, where none but a wider or a built-in one is in force."""
        return await _in_force(turn.session, turn.caller, body, 0)

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PUT does; another version than this one is left alone."""
        return await _in_force(turn.session, turn.caller, body, row.version)

    def holds(self, row: Row) -> bool:
        """Only what is in force has a next version."""
        return row.superseded_at is None

    @deed(
        "Take out of force",
        "rotate-left",
        "The wider or the built-in policy holds again. Alarms that call keep theirs.",
        needs=CHANGES,
        when=lambda row, _caller: row.superseded_at is None,
    )
    async def end(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As DELETE does; another version than this one is left alone."""
        seen = frozenset({row.version})
        await end_policy(turn.session, turn.caller, seen, row.priority, row.ward, row.hospital_id)


async def _in_force(session: WriteSession, caller: Caller, body: PolicyInput, seen: int) -> UUID:
    """Put a policy in force after the version that was seen."""
    made = await put_policy(session, caller, frozenset({seen}), body, Response())
    if made.id is None:
        raise NotFoundError
    return made.id
