"""What the broker itself refused: logins and topics, told by its plugin, kept as dead letters."""

from uuid import UUID

import msgspec

from ingest import rates
from telemetry.arrivals import Arrival
from telemetry.batch import Batch, Letter
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.logs import logger
from telemetry.redact import redact
from telemetry.topics import REFUSED

log = logger()


class _Wire(msgspec.Struct):
    """What the plugin tells: one refusal, or how many it kept to itself because of their number."""

    device_id: UUID | None = None
    reason: Reason | None = None
    topic: str = REFUSED
    suppressed: int = 0


_decode = msgspec.json.Decoder(_Wire).decode


def enter(arrival: Arrival, batch: Batch) -> None:
    """Enter what the plugin told into `batch`: nobody's ledger, as the sender proved nothing.

    A topic may be of any text, a key among it, so it is redacted.
    """
    batch.messages += 1
    try:
        told = _decode(arrival.payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("refusal_unreadable")
        return
    if told.suppressed:
        rates.SUPPRESSED.inc(told.suppressed)
    if told.reason is not None:
        topic = redact(told.topic.encode()).decode(errors="replace")
        letter = Letter(told.reason, told.device_id, topic, b"", arrival.window.received_ms)
        batch.letters.append(letter)


def take(judge: Judge, arrival: Arrival, device: Device | None, batch: Batch) -> None:
    """Enter an arrival into `batch`, whoever it is from."""
    if arrival.topic == REFUSED:
        enter(arrival, batch)
    else:
        judge.take(arrival, device, batch)
