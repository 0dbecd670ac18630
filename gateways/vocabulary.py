"""What conditions of alarms and metrics are called in the languages that people are written to in.

English names stand with the rules and the metrics themselves; those of another language are in
`templates/<language>/names.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from telemetry.metrics import METRICS

FOLDER: Final = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names in one language.

    Attributes:
        conditions: Code of a condition, or what it begins with before a colon -> title.
        metrics: Code of a metric -> name.

    """

    conditions: Mapping[str, str]
    metrics: Mapping[str, str]

    def condition(self, code: str, title: str) -> str:
        """What is wrong; `title`, as it was announced, where this language has no word for it."""
        return self.conditions.get(code.partition(":")[0], title)

    def metric(self, code: str) -> str:
        """What is measured."""
        known = METRICS.get(code)
        return self.metrics.get(code, code if known is None else known.display)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The names of one of `telemetry.spoken.LANGUAGES`."""
    file = FOLDER / language / "names.toml"
    names = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return Vocabulary(names.get("conditions", {}), names.get("metrics", {}))
