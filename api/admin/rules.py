"""What administrators take back: rules of alarms, policies, times of providers; and refunds."""

from typing import ClassVar

from markupsafe import Markup
from starlette.requests import Request
from starlette_admin import row_action
from starlette_admin.exceptions import ActionFailed
from starlette_admin.flash import flash

from api.admin.acting import id_of, perform, typed
from api.admin.changing import whatever_is_current
from api.admin.entity import Entity, Row
from api.alarm_rules import service as alarm_rules
from api.alarm_rules.schemas import Withdrawal
from api.auth import Caller
from api.errors import NotFoundError
from api.escalation_policies.endpoints import end_policy
from api.payments.endpoints import refund_payment
from api.payments.schemas import RefundInput
from api.providers.times import remove_exception, remove_time
from api.services import Services
from storage.engine import WriteSession
from storage.queries.alarm_rules import Where
from telemetry.payments import HELD

REASON_FORM = Markup(
    '<form><label class="form-label mt-3">Reason<input class="form-control" name="reason" '
    'maxlength="200" required></label></form>'
)
REFUND_FORM = Markup(
    '<form><label class="form-label mt-3">Amount, in the currency of the payment; all that is '
    'left when empty<input class="form-control" name="amount" inputmode="decimal"></label>'
    '<label class="form-label mt-3">Reason, for the books<input class="form-control" '
    'name="reason" maxlength="200" required></label></form>'
)


class _Taken(Entity):
    """Rows that are looked at again when something is done with them."""

    async def seen(self, request: Request, pk: str) -> Row:
        """The row.

        Raises:
            ActionFailed: when there is none.
        """
        row = await self.find_by_pk(request, id_of(pk))
        if row is None:
            raise ActionFailed(NotFoundError.title())
        return row


class AlarmRules(_Taken):
    """Versions of rules: the current one of a scope is withdrawn, never edited."""

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """Only of what holds."""
        over = obj.superseded_at is not None or obj.withdrawn
        return not (name == "withdraw" and over) and await self.is_row_action_allowed(request, name)

    @row_action(
        name="withdraw",
        text="Withdraw",
        confirmation="The rule of the wider scope holds again, within a second.",
        icon_class="fa fa-rotate-left",
        submit_btn_text="Withdraw",
        form=str(REASON_FORM),
    )
    async def withdraw(self, request: Request, pk: str) -> None:
        """As DELETE does; another version than this one is left alone."""
        row, reason = await self.seen(request, pk), await typed(request, "reason")
        where = Where(patient_id=row.patient_id, hospital_id=row.hospital_id, ward=row.ward)
        target = alarm_rules.Target(where, row.condition, frozenset({row.version}))

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            why = Withdrawal.model_validate({"reason": reason})
            await alarm_rules.withdraw(session, caller, target, why.reason)

        await perform(request, work)


class EscalationPolicies(_Taken):
    """Versions of policies: the one in force is taken out of it, never edited."""

    needs: ClassVar = {"end": "policies.change"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """Only of what is in force."""
        over = name == "end" and obj.superseded_at is not None
        return not over and await self.is_row_action_allowed(request, name)

    @row_action(
        name="end",
        text="Take out of force",
        confirmation="The wider or the built-in policy holds again. Alarms that call keep theirs.",
        icon_class="fa fa-rotate-left",
        submit_btn_text="Take out of force",
    )
    async def end(self, request: Request, pk: str) -> None:
        """As DELETE does; another version than this one is left alone."""
        row = await self.seen(request, pk)
        seen = frozenset({row.version})

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            await end_policy(session, caller, seen, row.priority, row.ward, row.hospital_id)

        await perform(request, work)


class Times(_Taken):
    """Times of providers: taken away; entered where one sees the week, by the API."""

    needs: ClassVar = {"remove": "providers.manage"}

    @row_action(
        name="remove",
        text="Remove",
        confirmation="Appointments stand; whoever has one is told.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """As DELETE does."""
        provider_id, row_id = (await self.seen(request, pk)).provider_id, id_of(pk)
        edit = whatever_is_current(f"/api/providers/{provider_id}/availability/{row_id}/")

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            await remove_time(session, caller, provider_id, row_id, edit)

        await perform(request, work)


class TimeExceptions(_Taken):
    """Times at which a provider is away: taken back."""

    needs: ClassVar = {"remove": "providers.manage"}

    @row_action(
        name="remove",
        text="Take back",
        confirmation="The provider can be booked then again.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Take back",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """As DELETE does."""
        provider_id, row_id = (await self.seen(request, pk)).provider_id, id_of(pk)

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            await remove_exception(session, caller, provider_id, row_id)

        await perform(request, work)


class Payments(Entity):
    """Payments: money that is held may be sent back."""

    needs: ClassVar = {"refund": "payments.manage"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """Only of what was paid."""
        nothing = name == "refund" and obj.state not in HELD
        return not nothing and await self.is_row_action_allowed(request, name)

    @row_action(
        name="refund",
        text="Refund",
        confirmation="The money goes back to the payer, who is told.",
        icon_class="fa fa-money-bill-transfer",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Refund",
        form=str(REFUND_FORM),
    )
    async def refund(self, request: Request, pk: str) -> None:
        """As the API does, by a job."""
        payment_id = id_of(pk)
        amount, reason = await typed(request, "amount") or None, await typed(request, "reason")

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            body = RefundInput.model_validate({"amount": amount, "reason": reason})
            await refund_payment(session, caller, payment_id, body)

        await perform(request, work)
        flash(request, "The refund is on its way.", "success")
