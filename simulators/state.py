"""What the ward remembers between starts: boot counters, and how far each history goes."""

import os
import secrets
from pathlib import Path

import msgspec


class StateError(Exception):
    """The state file of the simulator is damaged."""


class DeviceState(msgspec.Struct):
    """Of one device: its last boot; the spans of time (ms since 1970) that are on disk.

    Spans are half open, disjoint and in order.
    """

    boot: int = 0
    covered: list[tuple[int, int]] = []

    def cover(self, start_ms: int, end_ms: int) -> None:
        """Note that [start_ms, end_ms) is on disk; spans that touch become one."""
        spans: list[tuple[int, int]] = []
        for start, end in sorted([*self.covered, (start_ms, end_ms)]):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            elif start < end:
                spans.append((start, end))
        self.covered = spans

    def gaps(self, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """What of [start_ms, end_ms) is not covered, in order."""
        gaps: list[tuple[int, int]] = []
        begin = start_ms
        for start, end in self.covered:
            if begin < min(start, end_ms):
                gaps.append((begin, min(start, end_ms)))
            begin = max(begin, end)
        return [*gaps, (begin, end_ms)] if begin < end_ms else gaps


class WardState(msgspec.Struct):
    """By device id."""

    devices: dict[str, DeviceState] = {}

    def of(self, device_id: str) -> DeviceState:
        """The state of a device; a new one has never booted."""
        return self.devices.setdefault(device_id, DeviceState())


def load(path: Path) -> WardState:
    """Read the state; none yet gives an empty one.

    Raises:
        StateError: when the file is not what `save` writes.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=WardState)
    except FileNotFoundError:
        return WardState()
    except msgspec.DecodeError as error:
        message = f"{path} is damaged ({error}); delete it to send the history again"
        raise StateError(message) from error


def save(path: Path, state: WardState) -> None:
    """Write the state in one step: a power cut leaves the old or the new one, never half."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(state)))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
