"""What a simulated device does when it is told something, and what it answers."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

MOST_INTERVAL_S = 3600.0

Answer = dict[str, Any]


class CommandError(Exception):
    """The device cannot do this; the message is its answer."""


class _Command(msgspec.Struct):
    id: str
    name: str
    args: dict[str, Any] = {}
    expires: int | None = None


class _Config(msgspec.Struct):
    version: int
    settings: dict[str, Any]


_decode_command = msgspec.json.Decoder(_Command).decode
_decode_config = msgspec.json.Decoder(_Config).decode


class Commands:
    """Commands of one device: `ping`, and `set_interval` {"seconds": s}.

    Attributes:
        interval_s: Least time between live messages; 0: each as it is due. Also set by the
            configuration's `interval_seconds`.
        version: Of the configuration that the device has; 0: none yet.

    """

    def __init__(self, boot: int) -> None:
        self.interval_s = 0.0
        self.version = 0
        self._boot = boot
        self._started = time.monotonic()
        self._known: dict[str, Callable[[dict[str, Any]], Any]] = {
            "ping": self._ping,
            "set_interval": lambda args: self._set_interval(args.get("seconds")),
        }

    def command(self, payload: bytes, now_ms: int) -> Answer | None:
        """Do what `down/cmd` says; what to reply, None for one that expired or is unreadable.

        Doing a command again, when it is delivered again, changes nothing.
        """
        try:
            command = _decode_command(payload)
        except msgspec.DecodeError:
            return None
        if command.expires is not None and command.expires <= now_ms:
            return None
        known = self._known.get(command.name)
        if known is None:
            there_are = ", ".join(self._known)
            return {"id": command.id, "ok": False, "error": f"no such command; try {there_are}"}
        try:
            return {"id": command.id, "ok": True, "result": known(command.args)}
        except CommandError as error:
            return {"id": command.id, "ok": False, "error": str(error)}

    def configure(self, payload: bytes) -> Answer | None:
        """Take over `down/config`, unless it is older than the known one; what to reply."""
        try:
            config = _decode_config(payload)
        except msgspec.DecodeError:
            return None
        if config.version < self.version:
            return None
        self.version = config.version
        try:
            if "interval_seconds" in config.settings:
                self._set_interval(config.settings["interval_seconds"])
        except CommandError as error:
            return {"config": config.version, "ok": False, "error": str(error)}
        return {"config": config.version, "ok": True}

    def _ping(self, _args: dict[str, Any]) -> Answer:
        uptime_s = round(time.monotonic() - self._started, 3)
        return {"pong": True, "boot": self._boot, "uptime_s": uptime_s}

    def _set_interval(self, seconds: object) -> Answer:
        number = seconds if isinstance(seconds, int | float) else None
        if number is None or isinstance(seconds, bool) or not 0 <= number <= MOST_INTERVAL_S:
            message = f"seconds must be a number from 0 to {MOST_INTERVAL_S:g}"
            raise CommandError(message)
        self.interval_s = float(number)
        return {"seconds": self.interval_s}
