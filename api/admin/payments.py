"""What administrators do about payments: send money back."""

from typing import ClassVar

from markupsafe import Markup
from starlette.requests import Request
from starlette_admin import row_action
from starlette_admin.flash import flash

from api.admin.acting import Turn, id_of, perform, typed
from api.admin.entity import Entity, Row
from api.payments.endpoints import refund_payment
from api.payments.schemas import RefundInput
from telemetry.payments import HELD

REFUND_FORM = Markup(
    '<form><label class="form-label mt-3">Amount, in the currency of the payment; all that is '
    'left when empty<input class="form-control" name="amount" inputmode="decimal"></label>'
    '<label class="form-label mt-3">Reason, for the books<input class="form-control" '
    'name="reason" maxlength="200" required></label></form>'
)


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

        async def work(turn: Turn) -> None:
            body = RefundInput.model_validate({"amount": amount, "reason": reason})
            await refund_payment(turn.session, turn.caller, payment_id, body)

        await perform(request, work)
        flash(request, "The refund is on its way.", "success")
