"""The resources /api/payments/ and /api/appointments/{appointment_id}/payment/."""

import datetime as dt
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, status
from msgspec.json import Decoder

from api.auth import AccountUser, Caller, Permitted
from api.errors import FieldProblem, NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.payments import errors, service
from api.payments.schemas import (
    BegunPayment,
    Confirmation,
    Payment,
    PaymentDetail,
    RefundInput,
    detail,
    shape,
)
from api.schemas import UtcTime
from api.services import Shared
from api.sessions import Reading, Writing, WritingLater
from storage.engine import ReadSession, WriteSession
from storage.models import Payment as PaymentRow
from storage.queries import payment_lists, payments
from storage.queries.payment_lists import PaymentFilter, PaymentPosition
from telemetry.money import MoneyError, amount_of
from telemetry.payments import HELD, ProviderName, State

router = Router(tags=["payments"])
POSITION: Final[Decoder[PaymentPosition]] = Decoder(PaymentPosition)
Manager = Annotated[Caller, Depends(Permitted(service.MANAGE))]


@router.post("/api/appointments/{appointment_id}/payment/", status_code=status.HTTP_201_CREATED)
async def begin_payment(
    parts: Shared, begin: WritingLater, caller: AccountUser, appointment_id: UUID
) -> BegunPayment:
    """Begin to pay for an appointment, or go on with what was begun: the same payment again.

    What comes next depends on `provider`: with `local` confirm it, with `stripe` let the payer's
    browser confirm the PaymentIntent of `client_secret`, with `paypal` send the payer to
    `approval_url` and confirm it when they are back. Nothing to pay is answered with 409.
    """
    return await service.begin(parts, begin, caller, appointment_id)


@router.get("/api/appointments/{appointment_id}/payment/")
async def get_appointment_payment(
    session: Reading, caller: AccountUser, appointment_id: UUID
) -> PaymentDetail:
    """The newest payment of an appointment."""
    row = await payment_lists.newest_of(session, appointment_id, service.owner(caller))
    if row is None:
        raise NotFoundError
    return await _detail(session, row, caller)


@router.post("/api/appointments/{appointment_id}/payment/confirm/")
async def confirm_payment(
    parts: Shared,
    begin: WritingLater,
    caller: AccountUser,
    appointment_id: UUID,
    body: Confirmation,
) -> Payment:
    """Go on with a payment: pay into the local ledger, capture at PayPal, look at Stripe.

    A payment that was declined is `failed`, and can be confirmed again in another way. One that is
    paid stays as it is.
    """
    row = await service.confirm(parts, begin, caller, appointment_id, body.method)
    return shape(row, manages=service.manages(caller))


@router.get("/api/payments/")
async def list_payments(  # noqa: PLR0913 - one per filter
    *,
    session: Reading,
    caller: AccountUser,
    paging: Paging,
    state: Annotated[list[State] | None, Query(description="In one of these states.")] = None,
    provider: Annotated[ProviderName | None, Query(description="Taken by it.")] = None,
    patient: Annotated[UUID | None, Query(description="Of this patient.")] = None,
    appointment: Annotated[UUID | None, Query(description="Of this appointment.")] = None,
    flagged: Annotated[
        bool | None,
        Query(description="That somebody must look at, or not; 403 without payments.manage."),
    ] = None,
    since: Annotated[UtcTime | None, Query(description="Begun then or later.")] = None,
    until: Annotated[UtcTime | None, Query(description="Begun before.")] = None,
) -> Page[Payment]:
    """Payments, the newest first: the caller's own, everybody's with payments.manage."""
    manages, mine = service.manages(caller), service.owner(caller)
    if flagged is not None and not manages:
        raise errors.FlagsAreForManagersError
    if mine is not None and patient not in {None, mine}:
        return Page(results=[], next=None)
    wanted = PaymentFilter(
        patient_id=patient if mine is None else mine,
        states=state,
        provider=provider,
        appointment_id=appointment,
        flagged=flagged,
        since=since,
        until=until,
    )
    rows = await payment_lists.page(
        session, wanted, limit=paging.limit + 1, after=paging.after(POSITION)
    )
    kept, following = paging.cut(rows, _position)
    return Page(results=[shape(row, manages=manages) for row in kept], next=following)


@router.get("/api/payments/{payment_id}/")
async def get_payment(session: Reading, caller: AccountUser, payment_id: UUID) -> PaymentDetail:
    """One payment with its refunds and what it went through."""
    row = await payment_lists.find(session, payment_id, service.owner(caller))
    if row is None:
        raise NotFoundError
    return await _detail(session, row, caller)


@router.post("/api/payments/{payment_id}/refund/", status_code=status.HTTP_202_ACCEPTED)
async def refund_payment(
    session: Writing, caller: Manager, payment_id: UUID, body: RefundInput
) -> PaymentDetail:
    """Send money back, all of it or a part; a job does it, and the payer is told when it is done.

    More than is left is answered with 409, however many ask at the same time.
    """
    if await payment_lists.find(session, payment_id, None) is None:
        raise NotFoundError
    row = await payments.hold(session, payment_id)
    if row is None or row.state not in HELD:
        raise errors.NothingToRefundError
    left = await payments.left(session, row)
    try:
        amount = left if body.amount is None else amount_of(body.amount, row.currency)
    except MoneyError as error:
        problem = FieldProblem(location="body", field="amount", reason="is not of its currency")
        raise errors.InvalidAmountError(errors=[problem]) from error
    if not 0 < amount <= left:
        raise errors.NothingToRefundError
    await payments.send_back(session, row, amount, body.reason, caller.id)
    return await _detail(session, row, caller)


def _position(row: PaymentRow) -> tuple[dt.datetime, UUID]:
    return (row.created_at, row.id)


async def _detail(
    session: ReadSession | WriteSession, row: PaymentRow, caller: Caller
) -> PaymentDetail:
    refunds = await payment_lists.refunds(session, row.id)
    steps = await payment_lists.steps(session, row.id)
    return detail(row, refunds, steps, manages=service.manages(caller))
