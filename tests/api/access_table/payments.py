"""Paying for appointments."""

from typing import Final

from tests.api.access_table.rows import (
    ACCOUNT,
    ANYBODY,
    OK,
    OPEN,
    PATIENT,
    Row,
    answers,
)

_PAYS: Final = answers(rest=404, anonymous=401, nobody=403, self=OK, admin=OK)
"""The patient who has the appointment, and who looks after payments."""
_MANAGES: Final = answers(rest=403, anonymous=401, admin=OK)
_LISTS: Final = answers(rest=OK, anonymous=401, nobody=403)
_OWN: Final = answers(rest=404, self=OK, admin=OK)

ROWS: Final = (
    Row(
        "POST",
        "/api/appointments/{appointment_id}/payment/",
        ACCOUNT,
        _PAYS,
        # There may be nothing to pay for it.
        ok=(201, 409),
        audited=PATIENT,
    ),
    Row(
        "GET",
        "/api/appointments/{appointment_id}/payment/",
        ACCOUNT,
        _PAYS,
        needs=("payment_id",),
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/appointments/{appointment_id}/payment/confirm/",
        ACCOUNT,
        _PAYS,
        needs=("payment_id",),
        body={},
        ok=(200, 409),
        audited=PATIENT,
    ),
    Row(
        "GET",
        "/api/payments/",
        ACCOUNT,
        _LISTS,
        query={"limit": "500"},
        needs=("payment_id",),
        shows=_OWN,
        audited=PATIENT,
    ),
    Row("GET", "/api/payments/{payment_id}/", ACCOUNT, _PAYS, audited=PATIENT),
    # Nothing was paid: there is no receipt yet.
    Row(
        "GET",
        "/api/payments/{payment_id}/receipt/",
        ACCOUNT,
        _PAYS,
        ok=(409,),
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/payments/{payment_id}/refund/",
        ("payments.manage",),
        _MANAGES,
        body={"reason": "asked for it"},
        ok=(202, 409),
        audited=PATIENT,
    ),
    # Nobody logs in for these: the signature decides, and without keys there are none.
    Row("POST", "/api/payments/webhooks/stripe/", OPEN, ANYBODY, body={}, ok=(404,)),
    Row("POST", "/api/payments/webhooks/paypal/", OPEN, ANYBODY, body={}, ok=(404,)),
)
