"""Idempotency-Key: a request that comes twice is carried out once and answered twice the same.

    POST /api/iot/devices/register/
    Idempotency-Key: 5f0c2f4e-6d0a-4f5e-9f63-2a1f0c6f1b7e

The answer is kept in the transaction of what the request did (`Route` writes it before the session
of `api.sessions` commits), so that a crash leaves both or neither. It is sealed with AES-256-GCM
under a key made of `JEG_SECRET_KEY` and the caller's Idempotency-Key, neither of which the
database holds: device keys and health values cannot be read out of it. Answers that are errors are
not kept, as they changed nothing: the request can be sent again with the same key.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Header, Request
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.responses import Response

from api.errors import ConflictError, InvalidInputError
from api.routing import Router as PlainRouter
from storage.engine import WriteSession
from storage.queries import idempotency
from storage.queries.idempotency import LIFE_HOURS, Answer, Claim

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
ABOUT: Final = (
    "A name that the caller gives this request, such as a UUID. The same request with the same key "
    f"is carried out once: for {LIFE_HOURS} hours it gets the first answer again, with "
    f"`{REPLAYED}: true`. Another request with that key is answered with 422, one that comes while "
    "the first is still being carried out with 409."
)
RETRY_SECONDS: Final = 1
_PATTERN: Final = r"^[\x21-\x7e]+$"
_KEPT_HEADERS: Final = ("content-type", "etag", "location")
_NONCE_BYTES: Final = 12
_INTENT: Final = "jeg.intent"


Key = Annotated[
    str | None,
    Header(alias=HEADER, min_length=8, max_length=255, pattern=_PATTERN, description=ABOUT),
]


class IdempotencyKeyReusedError(InvalidInputError):
    """This Idempotency-Key came with another request before."""


class IdempotencyInProgressError(ConflictError):
    """The first request with this Idempotency-Key is still being carried out."""

    def __init__(self) -> None:
        """Tell how long to wait."""
        super().__init__(headers={"Retry-After": str(RETRY_SECONDS)})


class Replay(Exception):  # noqa: N818 - not an error: the answer is there already
    """This request was carried out before."""

    def __init__(self, response: Response) -> None:
        """Take what it was answered with."""
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class Intent:
    """A request that is carried out once, in this session."""

    session: WriteSession
    claim: Claim
    sealing_key: bytes

    async def keep(self, response: Response) -> None:
        """Keep the answer, to be committed with what it tells of."""
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher().encrypt(nonce, bytes(response.body), self._bound_to())
        answer = Answer(self.claim.request_digest, response.status_code, headers, sealed)
        await idempotency.keep(self.session, self.claim, answer)

    def replay(self, answer: Answer) -> Response:
        """Open a kept answer.

        Raises:
            IdempotencyKeyReusedError: when it is the answer to another request.
        """
        if answer.request_digest != self.claim.request_digest:
            raise IdempotencyKeyReusedError
        nonce, sealed = answer.body[:_NONCE_BYTES], answer.body[_NONCE_BYTES:]
        try:
            body = self._cipher().decrypt(nonce, sealed, self._bound_to())
        except InvalidTag as error:
            raise IdempotencyKeyReusedError from error
        return Response(body, answer.status, {**answer.headers, REPLAYED: "true"})

    def _cipher(self) -> AESGCM:
        return AESGCM(self.sealing_key)

    def _bound_to(self) -> bytes:
        return self.claim.user_id.bytes + self.claim.request_digest


async def begin(
    request: Request, session: WriteSession, user_id: UUID, given: str, secret: SecretStr
) -> None:
    """Claim a request's Idempotency-Key; `Route` keeps the answer.

    Raises:
        Replay: when it was carried out before.
        IdempotencyInProgressError: while another one with the same key is being carried out.
        IdempotencyKeyReusedError: when the key belongs to another request.
    """
    digest = digest_of(request, await request.body())
    request.scope[_INTENT] = await claimed(session, user_id, given, secret, digest)


async def claimed(
    session: WriteSession, user_id: UUID, given: str, secret: SecretStr, digest: bytes
) -> Intent:
    """Claim a key for a request of this digest, whose answer the caller keeps.

    Raises:
        Replay: when it was carried out before.
        IdempotencyInProgressError: while another one with the same key is being carried out.
        IdempotencyKeyReusedError: when the key belongs to another request.
    """
    key = given.encode()
    claim = Claim(user_id, hashlib.sha256(key).digest(), digest)
    material = b"kept answer\0" + user_id.bytes + key
    sealing_key = hmac.digest(secret.get_secret_value().encode(), material, "sha256")
    intent = Intent(session, claim, sealing_key)
    if not await idempotency.claim(session, claim):
        raise IdempotencyInProgressError
    answer = await idempotency.find(session, claim)
    if answer is not None:
        raise Replay(intent.replay(answer))
    return intent


def digest_of(request: Request, body: bytes) -> bytes:
    """What makes a request the same one; of a large body, its own digest stands for it."""
    line = f"{request.method}\0{request.url.path}\0{request.url.query}\0"
    return hashlib.sha256(line.encode() + body).digest()


class Route(APIRoute):
    """A route whose answers can be kept for requests that come twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what carries out a request; its session is committed after this."""
        carry_out = super().get_route_handler()

        async def once(request: Request) -> Response:
            try:
                response = await carry_out(request)
            except Replay as found:
                return found.response
            intent: Intent | None = request.scope.get(_INTENT)
            if intent is not None:
                await intent.keep(response)
            return response

        return once


class Router(PlainRouter):
    """A router of such routes: for every resource that writes with `api.sessions.Writing`."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - what APIRouter takes
        """Take what APIRouter takes."""
        super().__init__(route_class=Route, **options)
