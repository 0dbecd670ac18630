"""What administrators do about payments: send money back."""

from markupsafe import Markup

from api.admin.acting import Turn
from api.admin.deeds import Typed, deed
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

    @deed(
        "Refund",
        "money-bill-transfer",
        "The money goes back to the payer, who is told.",
        needs="payments.manage",
        when=lambda row, _caller: row.state in HELD,
        is_final=True,
        form=str(REFUND_FORM),
    )
    async def refund(self, turn: Turn, row: Row, typed: Typed) -> str:
        """As the API does, by a job."""
        body = RefundInput.model_validate(
            {"amount": typed.get("amount") or None, "reason": typed.get("reason", "")}
        )
        await refund_payment(turn.session, turn.caller, row.id, body)
        return "The refund is on its way."
