"""Idempotency-Key: a request that comes twice is carried out once and answered twice the same.

    POST /api/iot/devices/register/
    Idempotency-Key: 5f0c2f4e-6d0a-4f5e-9f63-2a1f0c6f1b7e

The answer is kept in the transaction of what the request did (`Route` writes it before the session
of `api.sessions` commits), so that a crash leaves both or neither. It is sealed with AES-256-GCM
under a key made of `JEG_SECRET_KEY` and the caller's Idempotency-Key, neither of which the
database holds: device keys and health values cannot be read out of it. What came with the request
is kept as a digest under the same key. Answers that are errors are not kept, as they changed
nothing: the request can be sent again with the same key.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Header, Request
from pydantic import SecretStr
from starlette.responses import Response

from api.errors import ConflictError, InvalidInputError
from api.routing import KEY_HEADER, Handler
from api.routing import Route as PlainRoute
from api.routing import Router as PlainRouter
from storage.engine import Database, ReadSession, WriteSession
from storage.queries import at_work, idempotency
from storage.queries.idempotency import LIFE_HOURS, Answer, Claim

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


def key_header(about: str) -> Any:  # noqa: ANN401 - as FastAPI has it
    """The header, with what it does there."""
    return Header(
        alias=KEY_HEADER, min_length=8, max_length=255, pattern=_PATTERN, description=about
    )


Key = Annotated[str | None, key_header(ABOUT)]


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
class Named:
    """A request that its caller gave a key.

    Attributes:
        claim: Whose key it is, and to which request it belongs.
        sealing_key: What the answer is sealed with.

    """

    claim: Claim
    sealing_key: bytes

    async def look(self, session: ReadSession | WriteSession) -> None:
        """Go no further with what was carried out before.

        Raises:
            Replay: with the answer that is kept.
            IdempotencyKeyReusedError: when the key belongs to another request.
        """
        answer = await idempotency.find(session, self.claim)
        if answer is not None:
            raise Replay(self._opened(answer))

    async def claimed(self, session: WriteSession) -> "Intent":
        """Claim the key for this transaction.

        Raises:
            Replay: when it was carried out before.
            IdempotencyInProgressError: while another one with the same key is being carried out.
            IdempotencyKeyReusedError: when the key belongs to another request.
        """
        if not await idempotency.claim(session, self.claim):
            raise IdempotencyInProgressError
        await self.look(session)
        return Intent(session, self)

    async def keep(self, session: WriteSession, response: Response) -> None:
        """Keep the answer, to be committed with what it tells of."""
        await idempotency.keep(session, self.claim, self._sealed(response))

    async def release(self, session: WriteSession) -> None:
        """Keep none: what was carried out came to nothing, and can be tried again."""
        await idempotency.release(session, self.claim)

    def _sealed(self, response: Response) -> Answer:
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        nonce = os.urandom(_NONCE_BYTES)
        body = nonce + self._cipher().encrypt(nonce, bytes(response.body), self._bound_to())
        return Answer(self.claim.request_digest, response.status_code, headers, body)

    def _opened(self, answer: Answer) -> Response:
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


@dataclass(frozen=True, slots=True)
class Intent:
    """A request that is carried out once, in this session."""

    session: WriteSession
    named: Named

    async def keep(self, response: Response) -> None:
        """Keep the answer, to be committed with what it tells of."""
        await self.named.keep(self.session, response)


@dataclass(frozen=True, slots=True)
class Outside:
    """A request that does something outside of the database, and what is kept of it meanwhile.

    Before it goes out, an answer is committed with what is to be done: whoever sends the request
    again, to this process or another one, during that or after a crash, gets it and does nothing.
    """

    database: Database
    named: Named

    async def keep(self, response: Response) -> None:
        """Keep the answer in place of the one that stood for it."""
        async with self.database.write() as session:
            await self.named.keep(session, response)


def named(user_id: UUID, given: str, secret: SecretStr, digest: bytes) -> Named:
    """A request of this digest under a user's key."""
    key = given.encode()
    material = b"kept answer\0" + user_id.bytes + key
    sealing_key = hmac.digest(secret.get_secret_value().encode(), material, "sha256")
    # A plain digest would let whoever has the database try passwords and values against it.
    of_request = hmac.digest(sealing_key, digest, "sha256")
    return Named(Claim(user_id, hashlib.sha256(key).digest(), of_request), sealing_key)


async def named_request(request: Request, user_id: UUID, given: str, secret: SecretStr) -> Named:
    """A request with its whole body under a user's key."""
    return named(user_id, given, secret, digest_of(request, await request.body()))


async def begin(request: Request, session: WriteSession, what: Named) -> None:
    """Claim the key of a request; `Route` keeps the answer.

    Raises:
        Replay: and the other refusals of `Named.claimed`.
    """
    request.scope[_INTENT] = await what.claimed(session)


def go_outside(request: Request, database: Database, what: Named) -> None:
    """Have `Route` keep the answer of a request whose service keeps one meanwhile."""
    request.scope[_INTENT] = Outside(database, what)


@asynccontextmanager
async def alone(database: Database, what: Named) -> AsyncIterator[None]:
    """Work on a request before anything is written, unless it was carried out or is worked on.

    Every process sees what is worked on; no connection is held meanwhile.

    Raises:
        Replay: when it was carried out before.
        IdempotencyInProgressError: while another one with the same key is worked on.
        IdempotencyKeyReusedError: when the key belongs to another request.
    """
    async with at_work.working(database, what.claim) as first:
        if not first:
            async with database.read() as session:
                await what.look(session)
            raise IdempotencyInProgressError
        yield


def digest_of(request: Request, body: bytes) -> bytes:
    """What makes a request the same one; of a large body, its own digest stands for it."""
    line = f"{request.method}\0{request.url.path}\0{request.url.query}\0"
    return hashlib.sha256(line.encode() + body).digest()


class Route(PlainRoute):
    """A route whose answers can be kept for requests that come twice."""

    def get_route_handler(self) -> Handler:
        """Wrap what carries out a request; its session is committed after this."""
        carry_out = super().get_route_handler()

        async def once(request: Request) -> Response:
            try:
                response = await carry_out(request)
            except Replay as found:
                return found.response
            intent: Intent | Outside | None = request.scope.get(_INTENT)
            if intent is not None:
                await intent.keep(response)
            return response

        return once


class Router(PlainRouter):
    """A router of such routes: for every resource that writes with `api.sessions.Writing`."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - what APIRouter takes
        """Take what APIRouter takes."""
        super().__init__(route_class=Route, **options)
