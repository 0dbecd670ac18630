"""One MQTT session of the worker: a connection that is renewed for as long as it is wanted."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import cast

from ingest import packets
from ingest.packets import Inbound
from telemetry.logs import logger

KEEPALIVE_SECONDS = 30
HANDSHAKE_SECONDS = 10
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
INBOX_MESSAGES = 10_000
INBOX_BYTES = 8 * 1024 * 1024
"""Beyond so much unread the socket is left alone until half of it is taken. The broker keeps to
the Receive Maximum only as long as its queue is short: on its own it sends a backlog of hours."""

log = logger()


class RefusedError(ConnectionError):
    """The broker refused the connection or a subscription."""


class Doorbell(asyncio.Event):
    """Tells that messages have arrived: each of them, or only as many as are worth a look."""

    def __init__(self) -> None:
        super().__init__()
        self._enough = 1
        self._arrived = 0

    def ring(self, messages: int) -> None:
        """Count messages; tell if they are enough."""
        self._arrived += messages
        if self._arrived >= self._enough:
            self.set()

    def tell_from(self, enough: int) -> None:
        """Let so many messages since the last look be worth the next one."""
        self._enough = enough
        self.ring(0)

    def clear(self) -> None:
        """Begin to count again."""
        super().clear()
        self._arrived = 0


class Wire(asyncio.Protocol):
    """One TCP connection to the broker. Acknowledgements go back the way the message came."""

    def __init__(self, arrived: Doorbell) -> None:
        self.inbox: list[Inbound] = []
        self.lost = asyncio.get_running_loop().create_future()
        self.unacknowledged = 0
        self._arrived = arrived
        self._answers: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        self._rest = b""
        self._unread = 0
        self._paused = False
        self._heard = asyncio.get_running_loop().time()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take packets apart; messages wait in `inbox` until a batch takes them."""
        self._heard = asyncio.get_running_loop().time()
        other: list[tuple[int, bytes]] = []
        before = len(self.inbox)
        try:
            self._rest = packets.split(self._rest + data if self._rest else data, self.inbox, other)
        except (packets.MalformedPacketError, IndexError):
            log.warning("broker_sent_garbage")
            self.abort()
            return
        for kind, body in other:
            if kind != packets.PINGRESP:
                self._answers.put_nowait((kind, body))
        if self.inbox:
            self.unacknowledged += len(self.inbox) - before
            self._unread += len(data)
            self._arrived.ring(len(self.inbox) - before)
            if not self._paused and self._full(1) and self._transport:
                self._paused = True
                self._transport.pause_reading()

    def _full(self, parts: int) -> bool:
        """Whether more is unread than one of `parts` equal parts of what may be."""
        return len(self.inbox) * parts > INBOX_MESSAGES or self._unread * parts > INBOX_BYTES

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits; what was not taken comes again in the next connection."""
        self.inbox.clear()
        if not self.lost.done():
            self.lost.set_result(exc)

    def take(self, most: int) -> list[Inbound]:
        """Take up to `most` messages out of the inbox, oldest first."""
        if len(self.inbox) <= most:
            taken, self.inbox = self.inbox, []
            self._unread = 0
        else:
            taken = self.inbox[:most]
            self._unread -= self._unread * most // len(self.inbox)
            del self.inbox[:most]
        if self._paused and self._transport and not self._full(2):
            self._paused = False
            self._heard = asyncio.get_running_loop().time()
            self._transport.resume_reading()
        return taken

    def rest(self) -> None:
        """Let what arrives gather at the socket, until `listen`."""
        if self._transport and not self._paused and not self._transport.is_closing():
            self._transport.pause_reading()

    def listen(self) -> None:
        """End a rest."""
        if self._transport and not self._paused and not self._transport.is_closing():
            self._transport.resume_reading()

    @property
    def paused(self) -> bool:
        """Whether so much is unread that the socket is left alone."""
        return self._paused

    def acknowledge(self, mids: list[bytes], count: int) -> None:
        """Acknowledge `count` messages, of which those at QoS 1 came under `mids`."""
        self.unacknowledged -= count
        self.write(packets.pubacks(mids))

    def write(self, data: bytes) -> None:
        """Send bytes, unless the connection is gone."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        """Drop the connection without a word."""
        if self._transport:
            self._transport.abort()

    def close(self) -> None:
        """Send what is pending, and close."""
        if self._transport:
            self._transport.close()

    async def answer(self, kind: int) -> bytes:
        """Wait for the broker's answer of one kind; raises `RefusedError` on another."""
        waiting = asyncio.ensure_future(self._answers.get())
        done, _ = await asyncio.wait(
            {waiting, self.lost}, timeout=HANDSHAKE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting not in done:
            waiting.cancel()
            message = "the broker did not answer"
            raise RefusedError(message)
        got, body = waiting.result()
        if got != kind:
            message = f"the broker answered with packet {got:#x}"
            raise RefusedError(message)
        return body

    async def keep_alive(self) -> None:
        """Ping while nothing else is said; give a silent connection up, if it is listened to."""
        loop = asyncio.get_running_loop()
        while not self.lost.done():
            self.write(packets.PINGREQ)
            await asyncio.wait({self.lost}, timeout=KEEPALIVE_SECONDS / 2)
            if not self._paused and loop.time() - self._heard > KEEPALIVE_SECONDS:
                self.abort()


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the broker, and who one is there."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    receive_maximum: int

    async def open(self, client_id: str, arrived: Doorbell) -> tuple[Wire, bool]:
        """Connect into the kept session of `client_id`; tell whether there was one.

        Raises `OSError` (`RefusedError` among them) or `TimeoutError`.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            _, wire = await loop.create_connection(lambda: Wire(arrived), self.host, self.port)
        try:
            wire.write(self._connect(client_id))
            body = await wire.answer(packets.CONNACK)
        except BaseException:
            wire.abort()
            raise
        if body[1] >= packets.FAILURE:
            wire.abort()
            message = f"the broker refused the connection, reason {body[1]:#x}"
            raise RefusedError(message)
        return wire, bool(body[0] & 1)

    def _connect(self, client_id: str) -> bytes:
        return packets.connect(
            client_id,
            self.username,
            self.password,
            keepalive=KEEPALIVE_SECONDS,
            receive_maximum=self.receive_maximum,
        )


class Link:
    """A session at the broker, under a client id that stays, with what it subscribes to."""

    def __init__(
        self, access: Access, client_id: str, filters: list[str], arrived: Doorbell
    ) -> None:
        self.client_id = client_id
        self.wire: Wire | None = None
        self._access = access
        self._filters = filters
        self._arrived = arrived

    @property
    def connected(self) -> bool:
        """Whether the session is subscribed now."""
        return self.wire is not None

    async def run(self) -> None:
        """Hold the session until cancelled, with a growing pause between attempts."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                wire = await self._open()
            except (OSError, TimeoutError) as error:
                log.warning("broker_unreachable", client_id=self.client_id, error=str(error))
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = FIRST_PAUSE_SECONDS
            log.info("broker_connected", client_id=self.client_id)
            self.wire = wire
            self._arrived.set()  # what was queued came before the subscription was answered
            try:
                await wire.keep_alive()
            finally:
                self.wire = None
                wire.write(packets.disconnect())
                wire.close()
            log.warning("broker_lost", client_id=self.client_id)

    async def _open(self) -> Wire:
        wire, _ = await self._access.open(self.client_id, self._arrived)
        try:
            wire.write(packets.subscribe(1, self._filters, qos=1))
            body = await wire.answer(packets.SUBACK)
        except BaseException:
            wire.abort()
            raise
        if any(code >= packets.FAILURE for code in body[-len(self._filters) :]):
            wire.abort()
            message = "the broker refused a subscription"
            raise RefusedError(message)
        return wire
