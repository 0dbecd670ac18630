"""Stripe and PayPal as local servers that speak their published forms."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import stripe

from tests.support.servers import Answered, Asked, Server, serving

STRIPE_SECRET = "whsec_test_of_webhooks"


def answered(document: Any, status: int = 200) -> Answered:
    """A JSON answer."""
    return Answered(status, json.dumps(document).encode())


def refused(status: int, code: str, kind: str = "invalid_request_error", **more: Any) -> Answered:
    """An error as Stripe has it."""
    return answered({"error": {"type": kind, "code": code, "message": "why", **more}}, status)


@dataclass
class StripeServer:
    """PaymentIntents and refunds of one account; `next_answer` is given once instead."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    next_answer: Answered | None = None
    refund_status: str = "succeeded"

    def answer(self, asked: Asked) -> Answered:
        """One request."""
        if self.next_answer is not None:
            found, self.next_answer = self.next_answer, None
            return found
        key = asked.headers.get("idempotency-key")
        if key is not None and key in self.keys and asked.method == "POST":
            return answered(self.keys[key])
        done = self._answer(asked)
        if key is not None and done.status < 400:
            self.keys[key] = json.loads(done.body)
        return done

    def _answer(self, asked: Asked) -> Answered:
        parts = asked.path.strip("/").split("/")
        if parts[:2] == ["v1", "refunds"]:
            return self._refund(asked, parts)
        if len(parts) == 2:
            return answered(self._create(asked.form))
        intent = self.intents.get(parts[2])
        if intent is None:
            return refused(404, "resource_missing")
        action = parts[3] if len(parts) > 3 else ""
        if action == "cancel":
            if intent["status"] == "succeeded":
                return refused(400, "payment_intent_unexpected_state")
            intent["status"] = "canceled"
        if action == "confirm":
            return self._confirm(intent, asked.form["payment_method"])
        return answered(intent)

    def _create(self, form: dict[str, str]) -> dict[str, Any]:
        name = f"pi_{uuid4().hex[:24]}"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_received": 0,
            "currency": form["currency"],
            "status": "requires_payment_method",
            "client_secret": f"{name}_secret_{uuid4().hex}",
            "last_payment_error": None,
            "latest_charge": None,
            "metadata": {"payment": form["metadata[payment]"]},
        }
        return self.intents[name]

    def pay(self, name: str) -> None:
        """The payer has paid in the browser."""
        intent = self.intents[name]
        charge = {"id": f"ch_{name}", "object": "charge", "amount_refunded": 0}
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        intent |= {"latest_charge": charge, "last_payment_error": None}

    def _confirm(self, intent: dict[str, Any], method: str) -> Answered:
        if method == "pm_card_chargeDeclined":
            error = {"type": "card_error", "code": "card_declined"}
            error["decline_code"] = "generic_decline"
            intent["last_payment_error"] = error
            return answered({"error": error}, 402)
        self.pay(intent["id"])
        return answered(intent)

    def _refund(self, asked: Asked, parts: list[str]) -> Answered:
        if asked.method == "GET" and len(parts) == 3:
            found = self.refunds.get(parts[2])
            return answered(found) if found else refused(404, "resource_missing")
        if asked.method == "GET":
            wanted = asked.query["payment_intent"][0]
            mine = [one for one in self.refunds.values() if one["payment_intent"] == wanted]
            return answered({"object": "list", "data": mine, "has_more": False})
        form = asked.form
        intent = self.intents[form["payment_intent"]]
        amount, charge = int(form["amount"]), intent["latest_charge"]
        if charge is None or charge["amount_refunded"] + amount > intent["amount"]:
            return refused(400, "charge_already_refunded")
        charge["amount_refunded"] += amount
        name = f"re_{uuid4().hex[:24]}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "status": self.refund_status,
            "metadata": {"refund": form["metadata[refund]"], "key": form["metadata[key]"]},
        }
        return answered(self.refunds[name])

    def event(self, kind: str, about: dict[str, Any], **more: Any) -> tuple[bytes, dict[str, str]]:
        """A webhook: body and headers."""
        said = {
            "id": f"evt_{uuid4().hex}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": about},
            **more,
        }
        return self.signed(json.dumps(said).encode())

    @staticmethod
    def signed(body: bytes, at: int | None = None) -> tuple[bytes, dict[str, str]]:
        """A body with its signature."""
        header = stripe.WebhookSignature.generate_signature_header(body.decode(), STRIPE_SECRET, at)
        return body, {"stripe-signature": header}


@dataclass
class PayPalServer:
    """Orders, captures, refunds and the verification of webhooks."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    next_answer: Answered | None = None
    refund_status: str = "COMPLETED"
    verification: str = "SUCCESS"
    tokens: int = 0
    declines: bool = False

    def answer(self, asked: Asked) -> Answered:
        """One request."""
        if asked.path == "/v1/oauth2/token":
            self.tokens += 1
            token = {"access_token": f"A21-{self.tokens}", "token_type": "Bearer"}
            return answered({**token, "expires_in": 32_400})
        if self.next_answer is not None:
            found, self.next_answer = self.next_answer, None
            return found
        if asked.headers.get("authorization") != f"Bearer A21-{self.tokens}":
            return answered({"error": "invalid_token"}, 401)
        key = asked.headers.get("paypal-request-id")
        if key is not None and key in self.keys:
            return answered(self.keys[key])
        done = self._answer(asked)
        if key is not None and done.status < 400:
            self.keys[key] = json.loads(done.body)
        return done

    def _answer(self, asked: Asked) -> Answered:
        parts = asked.path.strip("/").split("/")
        if parts[-1] == "verify-webhook-signature":
            return answered({"verification_status": self.verification})
        if parts[1:3] == ["payments", "refunds"]:
            return answered(self.refunds[parts[3]])
        if parts[1:3] == ["payments", "captures"]:
            return self._refund(parts[3], json.loads(asked.body))
        if len(parts) == 3:
            return answered(self._create(json.loads(asked.body)), 201)
        order = self.orders.get(parts[3])
        if order is None:
            return self._issue(404, "INVALID_RESOURCE_ID")
        return self._capture(order) if parts[-1] == "capture" else answered(order)

    @staticmethod
    def _issue(status: int, issue: str) -> Answered:
        said = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue}], "debug_id": "d"}
        return answered(said, status)

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        name = uuid4().hex[:17].upper()
        link = {"href": f"https://www.paypal.test/checkoutnow?token={name}", "rel": "payer-action"}
        self.orders[name] = {
            "id": name,
            "status": "PAYER_ACTION_REQUIRED",
            "purchase_units": body["purchase_units"],
            "links": [{"href": "x", "rel": "self", "method": "GET"}, link],
        }
        return self.orders[name]

    def approve(self, name: str) -> None:
        """The payer has agreed at PayPal."""
        self.orders[name]["status"] = "APPROVED"

    def _capture(self, order: dict[str, Any]) -> Answered:
        if order["status"] == "COMPLETED":
            return self._issue(422, "ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            return self._issue(422, "ORDER_NOT_APPROVED")
        if self.declines:
            return self._issue(422, "INSTRUMENT_DECLINED")
        order["status"] = "COMPLETED"
        unit = order["purchase_units"][0]
        capture = {
            "id": uuid4().hex[:17].upper(),
            "status": "COMPLETED",
            "amount": unit["amount"],
            "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        }
        unit["payments"] = {"captures": [capture], "refunds": []}
        return answered(order, 201)

    def _refund(self, capture: str, body: dict[str, Any]) -> Answered:
        name = uuid4().hex[:17].upper()
        self.refunds[name] = {"id": name, "status": self.refund_status, **body}
        for order in self.orders.values():
            payments = order["purchase_units"][0].get("payments")
            if payments and payments["captures"][0]["id"] == capture:
                payments["refunds"].append(self.refunds[name])
        return answered(self.refunds[name], 201)

    @staticmethod
    def headers() -> dict[str, str]:
        """What PayPal sends with a webhook."""
        return {
            "paypal-auth-algo": "SHA256withRSA",
            "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
            "paypal-transmission-id": str(uuid4()),
            "paypal-transmission-sig": "bm8gcmVhbCBzaWduYXR1cmU=",
            "paypal-transmission-time": "2026-11-22T16:00:00Z",
        }

    @staticmethod
    def event(kind: str, about: dict[str, Any]) -> bytes:
        """Body of a webhook."""
        said = {"id": f"WH-{uuid4()}", "event_type": kind, "event_version": "1.0"}
        return json.dumps({**said, "resource": about}).encode()


@asynccontextmanager
async def running(server: StripeServer | PayPalServer) -> AsyncIterator[Server]:
    """Serve it on a free port."""
    behaviour: Callable[[Asked], Answered] = server.answer
    async with serving(behaviour) as found:
        server.url, server.asked = found.url, found.asked
        yield found
