"""Rows of the database as columns."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import pandas as pd


def frame(rows: Sequence[Any], kind: type[Any]) -> pd.DataFrame:
    """Rows of one dataclass as columns, which are there without rows too; `start` in UTC."""
    names = [field.name for field in fields(kind)]
    values = list(map(attrgetter(*names), rows))
    made = pd.DataFrame.from_records(values, columns=names)
    if "start" in names:
        made["start"] = pd.to_datetime(made["start"], utc=True)
    return made
