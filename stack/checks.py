"""Single looks at a database and a broker; each gives what is wrong in one line, or nothing."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from stack.errors import StackError

_PATIENCE_S = 5


@dataclass(frozen=True, slots=True)
class Login:
    """An account at the broker."""

    username: str
    password: str = field(repr=False)


def database_fault(url: str) -> str:
    """Connect and look for the TimescaleDB extension; returns what is wrong, or nothing."""
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_S) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'"
            ).fetchone()
    except psycopg.Error as error:
        return f"cannot connect: {first_line(error)}"
    return "" if found else "the server has no TimescaleDB extension to offer"


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def login_fault(host: str, port: int, login: Login) -> str:
    """Log in at a broker; returns what is wrong, or nothing."""
    try:
        with _connected(host, port, login):
            return ""
    except StackError as error:
        return str(error)


def round_trip(host: str, port: int, *, sender: Login, receiver: Login, topic: str) -> str:
    """Send a message on `topic` from one account to another; returns what is wrong, or nothing."""
    subscribed, arrived = threading.Event(), threading.Event()
    try:
        with (
            _connected(host, port, receiver) as listening,
            _connected(host, port, sender) as sending,
        ):
            listening.on_subscribe = lambda *_: subscribed.set()
            listening.on_message = lambda *_: arrived.set()
            listening.subscribe(topic, qos=1)
            if not subscribed.wait(_PATIENCE_S):
                return "the subscription is not confirmed"
            sending.publish(topic, b"{}", qos=1)
            return "" if arrived.wait(_PATIENCE_S) else "the message does not arrive"
    except StackError as error:
        return str(error)


@contextlib.contextmanager
def _connected(host: str, port: int, login: Login) -> Iterator[mqtt.Client]:
    """Connect as MQTT 5; raises StackError with the broker's reason."""
    answered = threading.Event()
    reasons: list[str] = []

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:  # noqa: ANN401  # paho's own types
        reasons.append(str(reason) if reason.is_failure else "")
        answered.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(login.username, login.password)
    client.on_connect = on_connect
    try:
        client.connect(host, port)
    except OSError as error:
        message = f"cannot connect to {host}:{port}: {first_line(error)}"
        raise StackError(message) from error
    client.loop_start()
    try:
        if not answered.wait(_PATIENCE_S):
            message = f"{host}:{port} does not answer as an MQTT 5 broker"
            raise StackError(message)
        if reasons[0]:
            message = f"login of {login.username} is refused: {reasons[0]}"
            raise StackError(message)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
