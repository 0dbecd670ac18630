"""Figures: what they were measured on, and where they are written."""

import datetime as dt
import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[1]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Least, middle and greatest of repeated measurements."""
    return {
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }


def machine() -> dict[str, Any]:
    """The commit, the time and the cores that figures belong to."""
    git = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return {
        "commit": git.stdout.strip() or None,
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
    }


def write(figures: dict[str, Any], path: Path | None) -> None:
    """Print figures as a table, and write them as JSON where a path is given."""
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, json.dumps(value))
    Console().print(table)
    if path is not None:
        path.write_text(json.dumps(figures | machine(), indent=2) + "\n", encoding="utf-8")
