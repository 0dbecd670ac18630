"""Messages as they arrive, by whichever road."""

from dataclasses import dataclass

from telemetry.clock import Window
from telemetry.topics import UpTopic


@dataclass(slots=True)
class Arrival:
    """A message as it arrived.

    Attributes:
        topic: Topic as published.
        parsed: The topic taken apart; None when it is none of the protocol's.
        payload: Bytes as published.
        key: Device key from a user property, when one came so.
        window: When it was received, and which instants its readings may have.
        numbers: boot, seq and sent from user properties, for forms that have no place for them.
        once: Whether it was published at QoS 1 or 2; over HTTP it is answered, which is as good.
        retained: Whether it was published as retained; None for what came over HTTP.

    """

    topic: str
    parsed: UpTopic | None
    payload: bytes
    key: str | None
    window: Window
    numbers: tuple[int, int, int | None] | None = None
    once: bool = True
    retained: bool | None = None
