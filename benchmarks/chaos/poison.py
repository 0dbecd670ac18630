"""Messages that no program should have to read, each with the reason to refuse it for."""

from collections.abc import Callable

import msgspec

from benchmarks.chaos.device import Device
from benchmarks.chaos.world import World
from telemetry.batch import Outcome
from telemetry.clock import now_ms
from telemetry.errors import Reason
from telemetry.topics import Up, partition_of, up

REJECTED = frozenset({Outcome.REJECTED})
QUARANTINED = frozenset({Outcome.QUARANTINED})

Sample = dict[str, object]

NUMBERED: list[tuple[Reason, Callable[[Sample], Sample]]] = [
    (Reason.OUT_OF_RANGE, lambda s: s | {"v": 900}),
    (Reason.OUT_OF_RANGE, lambda s: s | {"v": -1e308}),
    (Reason.NOT_A_NUMBER, lambda s: s | {"v": "high"}),
    (Reason.NOT_A_NUMBER, lambda s: s | {"v": None}),
    (Reason.UNKNOWN_METRIC, lambda s: s | {"c": "aura"}),
    (Reason.UNKNOWN_METRIC, lambda s: s | {"c": "heart\x00rate"}),
    (Reason.UNKNOWN_UNIT, lambda s: s | {"u": "furlong"}),
    (Reason.INVALID_QUALITY, lambda s: s | {"q": 7}),
    (Reason.TIME_IN_SECONDS, lambda s: s | {"t": now_ms() // 1000}),
    (Reason.TIME_NAIVE, lambda s: s | {"t": "2026-01-01T00:00:00"}),
    (Reason.TIME_INVALID, lambda s: s | {"t": "yesterday"}),
    (Reason.TIME_INVALID, lambda s: s | {"t": [1]}),
    (Reason.TIME_IMPLAUSIBLE, lambda s: s | {"t": -(2**62)}),
    (Reason.TIME_IN_FUTURE, lambda s: s | {"t": 2**63 - 1}),
    (Reason.TIME_MISSING, lambda s: {name: s[name] for name in ("c", "v")}),
]
"""Of a numbered message: what makes one reading useless."""

BODIES: list[tuple[Reason, bytes]] = [
    (Reason.INVALID_JSON, b"%MARK%"),
    (Reason.INVALID_JSON, b'{"boot":1,"seq":1,"m":[{"c":"heart_rate","%MARK%'),
    (Reason.INVALID_JSON, b'\xff\xfe{"m":"%MARK%"}'),
    (Reason.INVALID_JSON, b'{"%MARK%":' + b"[" * 5000),
    (Reason.INVALID_PAYLOAD, b'["%MARK%"]'),
    (Reason.INVALID_PAYLOAD, b'{"m":7,"x":"%MARK%"}'),
    (Reason.INVALID_PAYLOAD, b'{"boot":-1,"seq":1.5,"m":[{}],"x":"%MARK%"}'),
    (Reason.INVALID_PAYLOAD, b'{"boot":1e400,"m":[],"x":"%MARK%"}'),
    (Reason.MISSING_KEY, b'{"m":[{"c":"heart_rate","t":1,"v":7}],"x":"%MARK%"}'),
    (Reason.WRONG_KEY, b'{"key":"jk_no","m":[{"c":"heart_rate","t":1,"v":7}],"x":"%MARK%"}'),
]
"""Payloads without a usable number; the mark finds their dead letters."""

WORDS: list[tuple[Up, bytes]] = [
    (Up.ERROR, b'{"code":"NUL\\u0000","message":"a\\u0000b"}'),
    (Up.ERROR, b'{"code":"HALF","message":"\\ud800"}'),
    (Up.STATUS, b'{"boot":1,"state":"online","firmware":"2\\u0000"}'),
    (Up.ERROR, b'{"code":' + b"[" * 5000),
    (Up.STATUS, b'{"boot":9007199254740992,"state":"offline","battery":1e300}'),
]
"""What a device may say of itself that a database cannot hold; it may be kept or refused."""

KINDS = len(NUMBERED) + len(BODIES) + len(WORDS) + 1


def feed(world: World, device: Device, turn: int) -> None:
    """Let a device send the next kind of nonsense."""
    kind = turn % KINDS
    if kind < len(NUMBERED):
        _numbered(world, device, *NUMBERED[kind], beside_good=turn // KINDS % 2 == 1)
    elif kind < len(NUMBERED) + len(BODIES):
        reason, body = BODIES[kind - len(NUMBERED)]
        mark = f"mark {turn} of {world.random.getrandbits(32)}"
        device.stray(body.replace(b"%MARK%", mark.encode()), reason, mark)
    elif kind < KINDS - 1:
        leaf, word = WORDS[kind - len(NUMBERED) - len(BODIES)]
        device.tolerated |= {Reason.INVALID_PAYLOAD, Reason.INVALID_JSON}
        device.word(up(partition_of(device.owner_id), device.device_id, leaf), word)
    else:
        device.send([], outcomes=REJECTED, reasons=frozenset({Reason.NO_READINGS}))


def _numbered(
    world: World,
    device: Device,
    reason: Reason,
    spoil: Callable[[Sample], Sample],
    *,
    beside_good: bool,
) -> None:
    """A numbered message with a useless reading, alone or beside a good one."""
    good, bad = world.sample(device), spoil(world.sample(device))
    samples = [good, bad] if beside_good else [bad]
    outcomes = QUARANTINED if reason.startswith("time_") else REJECTED
    if beside_good:
        outcomes = frozenset({Outcome.STORED})
    rows = [(str(good["c"]), int(str(good["t"])), float(str(good["v"])))] if beside_good else []
    device.send(samples, outcomes=outcomes, reasons=frozenset({reason}), rows=rows)


def large(size: int, mark: str) -> bytes:
    """A payload of more than `size` bytes."""
    return msgspec.json.encode({"x": mark, "m": [], "padding": "." * size})


def claim(key: str, **more: str) -> bytes:
    """A good reading, with a key and with whatever else is claimed."""
    sample = {"c": "heart_rate", "t": now_ms(), "v": 71}
    return msgspec.json.encode({"key": key, "m": [sample]} | more)
