"""From the API to devices: one connection to the broker per process, renewed when it breaks.

Devices answer over ingest, which stores what they say in its transaction; so any number of API
processes work side by side.
"""

import asyncio
from typing import Final

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from api.errors import BrokerAwayError
from api.settings import Settings
from telemetry.logs import logger

FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 10.0
PUBLISH_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 5.0


class Downlink:
    """Publishes to devices. Without a broker password there is no broker, as far as it knows."""

    def __init__(self, settings: Settings) -> None:
        """Know the broker; nothing is connected yet."""
        self._settings = settings
        self._client: aiomqtt.Client | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether a command could be sent now."""
        return self._client is not None

    def start(self) -> None:
        """Begin to connect; the broker need not be there yet."""
        if self._settings.broker_password is not None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Disconnect."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expiry_seconds: int | None = None
    ) -> None:
        """Publish at QoS 1; returns when the broker has it.

        Raises:
            BrokerAwayError: when it has not, as far as can be known.
        """
        client = self._client
        if client is None:
            raise BrokerAwayError
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if expiry_seconds is not None:
            properties.MessageExpiryInterval = expiry_seconds
        try:
            await client.publish(
                topic, payload, 1, retain=retain, properties=properties, timeout=PUBLISH_SECONDS
            )
        except (aiomqtt.MqttError, OSError) as error:
            raise BrokerAwayError from error

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with self._new_client() as client:
                    self._client, pause = client, FIRST_PAUSE_SECONDS
                    logger().info("downlink_connected")
                    # Nothing is subscribed: this ends when the connection does.
                    async for _ in client.messages:
                        pass
            except (aiomqtt.MqttError, OSError) as error:
                logger().warning("downlink_away", error=type(error).__name__)
            finally:
                self._client = None
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _new_client(self) -> aiomqtt.Client:
        settings = self._settings
        password = settings.broker_password
        return aiomqtt.Client(
            settings.broker_host,
            settings.broker_port,
            username=settings.broker_username,
            password=password.get_secret_value() if password else None,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            timeout=CONNECT_SECONDS,
        )
