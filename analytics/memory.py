"""What the engine remembers of every channel: a column for each thing, and one record to store.

In memory each field lies by itself, so that a run touches only what it needs. What is stored of
a channel is a `RECORD`; its bytes are its saved form, so a restart goes on where it was.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.artefact import Artefact, SignalQuality
from analytics.detectors.base import Ints, Learner, State, put, taken
from analytics.detectors.baseline import Baseline
from analytics.detectors.drift import Drift
from analytics.detectors.flatline import Flatline
from analytics.detectors.gap import Gap
from analytics.detectors.rate import RateOfChange
from analytics.profiles import SIDES
from analytics.rules import LANES
from analytics.tracking import IDLE, NEVER, TRACK, Fields, Track, fresh

Records = NDArray[np.void]

LEARNERS: Final[tuple[Learner, ...]] = (
    SignalQuality(),
    Flatline(),
    Gap(),
    RateOfChange(),
    Baseline(),
    Drift(),
)
"""Detectors that remember something of each series, in the order of their lanes."""
ARTEFACT: Final = Artefact()
"""What decides beforehand which readings the others are told of."""

_TRACKS: Final = {"live": len(LANES), "late": SIDES}
"""Name of the tracks -> how many there are of a channel."""
_EMPTY: Final[dict[str, tuple[str, float]]] = {
    "last_ms": ("<i8", NEVER),
    "last_value": ("<f8", np.nan),
    "newest_ms": ("<i8", NEVER),
    "seen_ms": ("<i8", NEVER),
    "gap_ms": ("<f8", 0),
    "arrivals": ("<i4", 0),
    "silent": ("?", False),
    "late_ms": ("<i8", NEVER),
    "late_seen_ms": ("<i8", NEVER),
}
"""Column -> its type, and what it holds of a channel that has shown nothing yet."""

RECORD: Final = np.dtype(
    [
        *((name, kind) for name, (kind, _) in _EMPTY.items()),
        *((name, TRACK, (count,)) for name, count in _TRACKS.items()),
        *((detector.name, detector.dtype) for detector in (ARTEFACT, *LEARNERS)),
    ]
)
"""Newest reading that is believed (measured time, value); newest of any; when it was received, the
usual time between arrivals and their number, whether the silence alarm is on; the same for
readings that came late, which are followed apart and by limits only; the tracks of all lanes;
then what each detector remembers."""

RECORD_VERSION: Final = 6


def fresh_records(count: int) -> Records:
    """Records of channels that have shown nothing yet."""
    return Memory(count).pack(np.arange(count))


def load_record(version: int, payload: bytes) -> Any:  # noqa: ANN401 (numpy's scalar of a record)
    """Read a stored record, or begin afresh where it is of another layout."""
    if version != RECORD_VERSION or len(payload) != RECORD.itemsize:
        return fresh_records(1)[0]
    return np.frombuffer(payload, RECORD)[0]


class Memory:
    """What is remembered of all channels, by slot.

    Attributes:
        columns: Name -> (capacity,).
        tracks: "live" or "late" -> `TRACK` (capacity, lanes or sides).
        phase: The same -> int8 (capacity, lanes or sides), the tracks' phase. Nearly all are idle,
            which is seen in these bytes without the tracks.
        states: Name of a detector -> (capacity,) of its dtype.

    """

    def __init__(self, capacity: int) -> None:
        """Remember nothing of `capacity` channels."""
        self.columns: dict[str, NDArray[Any]] = {
            name: np.full(capacity, empty, kind) for name, (kind, empty) in _EMPTY.items()
        }
        self.tracks = {name: fresh((capacity, count)) for name, count in _TRACKS.items()}
        self.phase = {name: np.full((capacity, n), IDLE, np.int8) for name, n in _TRACKS.items()}
        self.states: dict[str, State] = {
            detector.name: detector.fresh(capacity) for detector in (ARTEFACT, *LEARNERS)
        }

    def __len__(self) -> int:
        """Channels that there is room for."""
        return len(self.columns["last_ms"])

    @property
    def bytes_per_channel(self) -> int:
        """What a channel takes."""
        parts = (self.columns, self.tracks, self.phase, self.states)
        return sum(column[:1].nbytes for part in parts for column in part.values())

    def grow(self) -> None:
        """Make room for twice as many."""
        more = Memory(len(self))
        for name in ("columns", "tracks", "phase", "states"):
            mine, others = getattr(self, name), getattr(more, name)
            for key in mine:
                mine[key] = np.concatenate((mine[key], others[key]))

    def pack(self, slots: Ints) -> Records:
        """Records of these slots (k,), as they are stored."""
        records = np.empty(len(slots), RECORD)
        for part in (self.columns, self.tracks, self.states):
            for name, column in part.items():
                records[name] = column[slots]
        return records

    def unpack(self, slot: int, record: Any) -> None:  # noqa: ANN401 (numpy's scalar of a record)
        """Take a stored record up again."""
        for part in (self.columns, self.tracks, self.states):
            for name, column in part.items():
                column[slot] = record[name]
        for name, phase in self.phase.items():
            phase[slot] = record[name]["phase"]


class Tracks:
    """Tracks of some channels, of which those that are written are a copy."""

    def __init__(self, memory: Memory, name: str, place: Ints | slice, slots: Ints) -> None:
        """Look at the tracks `name` of `slots`, which lie at `place`."""
        self._memory, self._name, self._slots = memory, name, slots
        self.phase: NDArray[np.int8] = memory.phase[name][place].copy()
        self._written: dict[tuple[int, int], Track] = {}

    def take(self, row: int, lane: int) -> Track:
        """One track, to change and `put`."""
        written = self._written.get((row, lane))
        if written is not None:
            return Track(*written.record())
        if self.phase[row, lane] == IDLE:
            return Track()
        return Track.of(self._memory.tracks[self._name][self._slots[row], lane])

    def put(self, row: int, lane: int, track: Track) -> None:
        """Keep a track that was changed."""
        self._written[row, lane] = track
        self.phase[row, lane] = track.phase

    def many(self, rows: Ints, lanes: Ints) -> NDArray[np.void]:
        """Several tracks (m,), to read."""
        found: NDArray[np.void] = self._memory.tracks[self._name][self._slots[rows], lanes]
        if self._written:
            for index, place in enumerate(zip(rows.tolist(), lanes.tolist(), strict=True)):
                written = self._written.get(place)
                if written is not None:
                    found[index] = written.record()
        return found

    def written(self) -> list[tuple[int, int, Fields]]:
        """Row, lane and fields of each track that was changed."""
        return [(*place, track.record()) for place, track in self._written.items()]


class Sheet:
    """A working copy of what is remembered of some channels: columns that are asked for.

    Attributes:
        slots: int64 (k,), ascending.
        tracks: "live" or "late" -> their tracks.

    """

    def __init__(self, memory: Memory, slots: Ints) -> None:
        """Copy nothing yet."""
        self._memory = memory
        self.slots = slots
        # Side by side they are copied as one piece.
        dense = len(slots) > 0 and int(slots[-1]) - int(slots[0]) + 1 == len(slots)
        self._place = slice(int(slots[0]), int(slots[-1]) + 1) if dense else slots
        self._columns: dict[str, NDArray[Any]] = {}
        self._learned: list[tuple[str, Ints, State]] = []
        self.tracks = {name: Tracks(memory, name, self._place, slots) for name in _TRACKS}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (a column of its own type)
        """A column (k,), to write on."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._memory.columns[name][self._place].copy()
        return column

    def state(self, name: str, rows: Ints) -> State:
        """What a detector remembers of some rows (m,), each once: a copy that it may change."""
        slots = self.slots[rows]
        state = taken(self._memory.states[name], slots)
        self._learned.append((name, slots, state))
        return state

    def peek(self, name: str, field: str, rows: Ints) -> NDArray[Any]:
        """One field of what a detector remembers (m,), to read."""
        found: NDArray[Any] = self._memory.states[name][field][self.slots[rows]]
        return found

    def put(self) -> None:
        """Make what was written what is remembered."""
        memory = self._memory
        for name, column in self._columns.items():
            memory.columns[name][self._place] = column
        for name, slots, state in self._learned:
            put(memory.states[name], slots, state)
        for name, tracks in self.tracks.items():
            for row, lane, track in tracks.written():
                slot = self.slots[row]
                memory.tracks[name][slot, lane] = track
                memory.phase[name][slot, lane] = track[0]

    def pack(self, rows: Ints) -> Records:
        """Records of some rows (m,), ascending, as they will be once this is `put`."""
        records = self._memory.pack(self.slots[rows])
        for name, column in self._columns.items():
            records[name] = column[rows]
        place = np.full(len(self.slots), -1, np.int64)
        place[rows] = np.arange(len(rows))
        for name, slots, state in self._learned:
            where = place[np.searchsorted(self.slots, slots)]
            records[name][where[where >= 0]] = state[where >= 0]
        for name, tracks in self.tracks.items():
            for row, lane, track in tracks.written():
                if place[row] >= 0:
                    records[name][place[row], lane] = track
        return records
