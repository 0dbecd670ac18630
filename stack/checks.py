"""Single looks at a database and a broker; each gives what is wrong in one line, or nothing."""

import threading
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

_PATIENCE_S = 5


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


def login_fault(host: str, port: int, username: str, password: str) -> str:
    """Log in at a broker; returns what is wrong, or nothing."""
    answered = threading.Event()
    reasons: list[str] = []

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:  # noqa: ANN401  # paho's own types
        reasons.append(str(reason) if reason.is_failure else "")
        answered.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(username, password)
    client.on_connect = on_connect
    try:
        client.connect(host, port)
    except OSError as error:
        return f"cannot connect to {host}:{port}: {first_line(error)}"
    client.loop_start()
    try:
        if not answered.wait(_PATIENCE_S):
            return f"{host}:{port} takes the connection but does not answer as an MQTT 5 broker"
        return reasons[0]
    finally:
        client.disconnect()
        client.loop_stop()
