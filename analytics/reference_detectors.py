"""The part of docs/reference/alarms.md about detectors, and the tables that the page is made of."""

import inspect
import math
import re
from collections.abc import Iterable
from dataclasses import fields

from analytics.detectors.base import Detector, Table
from analytics.judging import COMPARED_MS, DISTURBED_MS
from analytics.memory import ARTEFACT, LEARNERS
from analytics.rules import BUILTIN, LIMITS, MINIMUM_QUALITY, Rule


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds(duration: float) -> str:
    """Show a duration in the largest unit that it is a whole number of."""
    for size, unit in ((3600, "h"), (60, "min")):
        if duration >= size and duration % size == 0:
            return f"{duration / size:g} {unit}"
    return f"{duration:g} s"


def section() -> str:
    """Make the section about detectors other than limits."""

    def row(rule: Rule) -> list[str]:
        return [
            f"`{rule.condition}`",
            rule.title,
            f"`{rule.detector}`",
            ", ".join(f"`{metric}`" for metric in rule.metrics),
            f"≥ {rule.limit:g}",
            seconds(rule.delay_s),
            f"{rule.hysteresis:g}",
            seconds(rule.clear_delay_s),
            str(rule.category),
            "on" if rule.enabled else "off",
        ]

    head = (
        "condition", "title", "detector", "metrics", "score", "delay", "hysteresis",
        "clears after", "category", "",
    )  # fmt: skip
    rows = table(head, (row(r) for r in BUILTIN.values() if r.detector != LIMITS))
    parts = "\n\n".join(_detector(one) for one in (ARTEFACT, *LEARNERS))
    return f"""## Other detectors

All of low priority. Limits and NEWS2 call people; an artefact keeps them from calling. What merely
is unusual is off until somebody switches it on for a patient: on a whole ward it is true more often
than it is of use. It learns all the same, so that it can be judged from the first minute.

{rows}

A reading of which `artefact` says 1 or more, which its device rates below a quality of
{MINIMUM_QUALITY:g}, or a pulse that disagrees with a heart rate of the last
{seconds(COMPARED_MS / 1000)}, is stored and shown, and takes part in no limit, score or baseline.
Nor does a saturation whose probe's pulse is doubted, for {seconds(DISTURBED_MS / 1000)}. It also
interrupts a delay that runs, since nobody knows that the condition lasted; an alarm that is
active stays. Other devices' readings and later ones count as ever.

{parts}"""


def _detector(detector: Detector) -> str:
    """A detector's formula and parameters, as its code has them."""
    text = inspect.getdoc(type(detector)) or ""
    about = text.split("\n\nAttributes:")[0].replace("`", "").replace("|", "\\|")
    rows = []
    for name in [one.name for one in fields(detector)]:  # type: ignore[arg-type]
        value = getattr(detector, name)
        shown_value = _table(value) if isinstance(value, Table) else f"{value:g}"
        rows.append((f"`{name}`", _meaning(text, name), shown_value))
    return f"### {detector.name}\n\n{about}\n\n{table(('parameter', 'meaning', 'value'), rows)}"


def _meaning(text: str, name: str) -> str:
    """What a docstring's list of attributes says about one."""
    lines = text.split("Attributes:")[1].split("\n\n", maxsplit=1)[0]
    found = re.search(rf"^    {name}: (.*(?:\n     +.*)*)", lines, re.MULTILINE)
    return "" if found is None else " ".join(found[1].replace("|", "\\|").split())


def _table(parameter: Table) -> str:
    """A parameter by metric in one cell."""
    own = [f"{value:g} `{metric}`" for metric, value in parameter.by_metric.items()]
    others = "none" if math.isinf(parameter.default) else f"{parameter.default:g}"
    return ", ".join([*own, f"others {others}"])
