"""What became of each row: a CSV file, packed, on disk while it grows."""

import gzip
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, Final

HEADER: Final = "row,outcome,reason\r\n"
OUTCOMES: Final = ("stored", "duplicate", "conflict", "refused")


@dataclass(slots=True)
class Report:
    """Counts rows and writes a line for each; never a value."""

    file: IO[bytes]
    outcomes: tuple[str, ...] = OUTCOMES
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    _lines: gzip.GzipFile = field(init=False)

    def __post_init__(self) -> None:
        self._lines = gzip.GzipFile(fileobj=self.file, mode="wb", compresslevel=3, mtime=0)
        self._lines.write(HEADER.encode())

    def add(self, rows: list[tuple[int, str, str]]) -> None:
        """Enter rows: number, outcome, and a reason where there is one."""
        text = io.StringIO()
        for number, outcome, reason in rows:
            self.counts[outcome] += 1
            if reason:
                self.reasons[reason] += 1
            text.write(f"{number},{outcome},{reason}\r\n")
        self._lines.write(text.getvalue().encode())

    def closed(self) -> BinaryIO:
        """End the file; it is at its beginning then."""
        self._lines.close()
        self.file.seek(0)
        return self.file  # type: ignore[return-value]

    def summary(self) -> dict[str, Any]:
        """What the job came to."""
        counts = {outcome: self.counts[outcome] for outcome in self.outcomes}
        return {
            "rows": self.counts.total(),
            **counts,
            "reasons": dict(self.reasons),
            "sources": sorted(self.sources),
        }
