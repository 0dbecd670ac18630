"""Publishes alarms on MQTT, for subscribers beside the API. It never holds the engine up."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import aiomqtt
import msgspec

from analytics import meters
from analytics.settings import Settings
from telemetry.logs import logger
from telemetry.topics import patient_alarms, ward_alarms

log = logger()

_QUEUE: Final = 1_000
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 15.0
_PUBLISH_SECONDS: Final = 5.0
_WHERE: Final = frozenset({"hospital_id", "ward"})
"""What chooses the topic of an alarm and is not told."""


class Publisher:
    """Sends alarms to the topics of their patient and ward, not retained, at QoS 1.

    What cannot be sent is counted and dropped, the oldest first: the database has every alarm,
    and news that is minutes old is none.
    """

    def __init__(self, settings: Settings) -> None:
        """Know the broker; nothing is connected yet."""
        self._settings = settings
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_QUEUE)

    @property
    def wanted(self) -> bool:
        """Whether a broker was named."""
        return self._settings.broker_host is not None

    def offer(self, alarms: list[dict[str, Any]]) -> None:
        """Leave alarms to be sent when the broker can take them."""
        for alarm in alarms:
            if self._waiting.full():
                self._waiting.get_nowait()
                meters.PUBLISH_FAILURES.inc()
            self._waiting.put_nowait(alarm)

    async def run(self) -> None:
        """Send what is offered, for ever; connect again whenever it must."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                async with self._client() as client:
                    log.info("alarms_publishing")
                    pause = _FIRST_PAUSE_SECONDS
                    while True:
                        await self._send(client, await self._waiting.get())
            except (aiomqtt.MqttError, OSError) as error:
                log.warning("alarms_not_publishing", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._settings.broker_host or "",
            self._settings.broker_port,
            username=self._settings.broker_username,
            password=self._settings.broker_password.get_secret_value(),
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=_PUBLISH_SECONDS,
        )

    async def _send(self, client: aiomqtt.Client, alarm: dict[str, Any]) -> None:
        try:
            told = {name: alarm[name] for name in alarm if name not in _WHERE}
            payload = msgspec.json.encode(told)
            for topic in topics(alarm):
                await client.publish(topic, payload, qos=1)
        except BaseException:
            # Not sent as far as anybody knows: it waits for the next connection.
            with contextlib.suppress(asyncio.QueueFull):
                self._waiting.put_nowait(alarm)
            meters.PUBLISH_FAILURES.inc()
            raise


class Elsewhere:
    """Alarms that somebody else has changed: whoever answers them, the clock."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._alarms: dict[UUID, None] = {}

    def note(self, alarm_id: str) -> None:
        """Remember one that was announced; of too many the oldest are counted and dropped."""
        with contextlib.suppress(ValueError):
            self._alarms[UUID(alarm_id)] = None
        if len(self._alarms) > _QUEUE:
            del self._alarms[next(iter(self._alarms))]
            meters.PUBLISH_FAILURES.inc()

    def take(self) -> list[UUID]:
        """Those that were noted since, to be published."""
        taken = list(self._alarms)
        self._alarms.clear()
        return taken


def topics(alarm: Mapping[str, Any]) -> list[str]:
    """Topics of an alarm: its patient's, and that of the ward where the patient is now.

    >>> topics({"patient_id": None, "hospital_id": None, "ward": None})
    ['jeg/v1/alarms/platform']
    """
    found = [patient_alarms(alarm["patient_id"])]
    return [*found, ward_alarms(alarm["hospital_id"], alarm["ward"])] if alarm["ward"] else found
