"""Writes docs/reference/alarms.md from the rules and tables in force.

`python -m analytics.reference > docs/reference/alarms.md`; a test holds the two equal.
"""

import sys
from collections.abc import Iterable

from analytics import silence
from analytics.alarms import Reason, State
from analytics.early_warning import STEP_MS
from analytics.rules import BUILTIN, MINIMUM_QUALITY, NEWS2, Rule
from analytics.scores.news2 import (
    ADULT_FROM_YEARS,
    INPUTS,
    RISKS,
    STALE_AFTER_S,
    bands,
)
from analytics.settings import Settings
from analytics.wording import shown
from telemetry.topics import ALARMS

_STATES = {
    State.PENDING: "The limit is reached and the delay runs. Nobody is called yet.",
    State.ACTIVE_UNACKNOWLEDGED: "It has lasted for the delay, and nobody has answered.",
    State.ACTIVE_ACKNOWLEDGED: "It still lasts, and somebody has seen it.",
    State.LATCHED: "It is over, was of high priority, and nobody has seen it: it stays until "
    "somebody acknowledges it. If the condition comes back it is active again.",
    State.CLEARED: "It is over. A step on the way to closed, never a state that an alarm rests in.",
    State.CLOSED: "Done with. The condition's next time is a new alarm.",
}
_REASONS = {
    Reason.BEGAN: "A value reached the limit.",
    Reason.LASTED: "It lasted for the delay.",
    Reason.NOT_SUSTAINED: "It ended within the delay: nobody was called.",
    Reason.ENDED: "Values were back inside by the hysteresis for the clearing delay.",
    Reason.EXPIRED: "No reading for so long (hold) that nothing is known any more.",
    Reason.RETURNED: "A latched alarm's condition came back.",
    Reason.WORSENED: "The severe limit was exceeded for the delay: the priority is high, and an "
    "acknowledged alarm asks again.",
    Reason.ACKNOWLEDGED: "Somebody has seen it.",
    Reason.CLOSED: "After clearing.",
    Reason.RETROSPECTIVE: "Found in readings that came late.",
}


def page() -> str:
    """Make the whole page."""
    parts = [_intro(), _limits(), _states(), _late(), _silence(), _news2(), _topic()]
    return "\n\n".join(parts) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _seconds(seconds: float) -> str:
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _intro() -> str:
    return """# Alarms

Made from the rules in force by `python -m analytics.reference`; a test holds the two equal. The
words are those of IEC 60601-1-8: a *physiological* alarm is about the patient, a *technical* one
about the equipment; *high* priority asks for an answer at once, *medium* soon, *low* for
awareness. JEGHealth is not a certified medical device."""


def _limits() -> str:
    def row(rule: Rule) -> list[str]:
        side = "≥" if rule.side else "≤"
        severe = (
            "" if rule.severe_limit is None else f"{side} {shown(rule.severe_limit, rule.unit)}"
        )
        return [
            f"`{rule.condition}`",
            rule.title,
            ", ".join(f"`{metric}`" for metric in rule.metrics) or "score",
            f"{side} {shown(rule.limit, rule.unit)}",
            str(rule.priority),
            severe,
            _seconds(rule.delay_s),
            f"{rule.hysteresis:g}",
            _seconds(rule.clear_delay_s),
            _seconds(rule.hold_s),
            str(rule.category),
        ]

    head = (
        "condition", "title", "metrics", "limit", "priority", "high from", "delay", "hysteresis",
        "clears after", "hold", "category",
    )  # fmt: skip
    rows = table(head, (row(rule) for rule in BUILTIN.values()))
    return f"""## Built-in limits

For adults at rest. A value *at* the limit counts as beyond it. An alarm comes when the limit has
been reached for the whole *delay*, by measured time; it is over when values are back inside by the
*hysteresis* for *clears after*. A series without a reading for *hold* no longer has a say. Several
series that show one condition (two devices, or heart rate and pulse) are one alarm. Readings that
their device rates below a quality of {MINIMUM_QUALITY:g} take no part.

{rows}

The table `alarm_rules` changes them, for everybody (`patient_id` null) or for one patient; a
column that is null keeps what is built in. A patient's own rule goes before the one for everybody.
Every change is a new version, and an alarm names the one it came from: `builtin:1`,
`default:<version>` or `patient:<version>`. A changed rule is in force within seconds."""


def _states() -> str:
    states = table(("state", "meaning"), ((f"`{s}`", _STATES[s]) for s in State))
    reasons = table(("reason", "meaning"), ((f"`{r}`", _REASONS[r]) for r in Reason))
    return f"""## States

{states}

A patient has at most one open alarm per condition. High priority latches, medium and low close by
themselves. A fall in priority does not lower an open alarm, and an alarm
of high priority tells the limit that made it high (`severe_limit`) and the worst value while it was
open (`worst_value`); `value` is of the present episode.

Each step is kept with its time, its reason and whoever took it:

{reasons}"""


def _late() -> str:
    late = Settings.model_fields["late_after_seconds"].default
    return f"""## Late readings

Backlog that a device marks as such (`h`), and readings received more than {_seconds(late)}
(`JEG_LATE_AFTER_SECONDS`) after they were measured, never raise a live alarm. What they show is
kept as a closed alarm with `retrospective` set. The same backlog sent twice is one finding."""


def _silence() -> str:
    floor = Settings.model_fields["silence_seconds"].default
    return f"""## Silent devices

A device that has been sending regularly (at least {silence.REGULAR_AFTER} arrivals, usually not
more than {_seconds(silence.REGULAR_GAP_MS / 1000)} apart) and then is silent for
{silence.PATIENCE} of its usual gaps, but at least {_seconds(floor)} (`JEG_SILENCE_SECONDS`), raises
the technical alarm `no_data:<device id>` of medium priority. It comes from the clock, not from a
next message, and is over with the first reading. Devices that are inactive, under maintenance or
revoked may be silent."""


def _news2() -> str:
    points = []
    for name in INPUTS:
        for scale, found in bands(name).items():
            points += [[f"`{name}`{scale}", text, str(value)] for text, value in found]
    stale = table(
        ("input", "stale after"), ((f"`{n}`", _seconds(STALE_AFTER_S[n])) for n in INPUTS)
    )
    rule = BUILTIN[NEWS2]
    return f"""## NEWS2

Royal College of Physicians, 2017. From {ADULT_FROM_YEARS} years, not in pregnancy. Values are
rounded first: to whole numbers, temperature to 0.1 °C, halves upward.

{table(("input", "value", "points"), points)}

Risk: {", ".join(f"`{risk}`" for risk in RISKS)} for 0, 1 to 4, one input of 3 points, 5 to 6, 7 or
more.

An input that was never measured, or too long ago, is *unknown*: the score is an interval from what
is certain to what it would be at worst. Alarms act on the lower bound ({rule.limit:g} or more:
{rule.priority}, {rule.severe_limit:g} or more: high) and name the input to measure first. The score
is taken every {_seconds(STEP_MS / 1000)} of measured time.

{stale}

Consciousness and oxygen are recorded by people (or by devices that know): while nobody has, or the
record is old, they are unknown like any other input. Oxygen is `supplemental_oxygen`, a flow over 0
L/min or an inspired concentration over 21.5 %, whichever is the newest. A pulse rate stands in for
a heart rate that is unknown. SpO2 scale 2 is for whom it is prescribed."""


def _topic() -> str:
    return f"""## Live

Every step is announced on the NOTIFY channel `jeg_alarms` (payload: the alarm's id), by the API's
event stream, and, when a broker is set, on `{ALARMS}/{{patient_id}}` (not retained)."""


if __name__ == "__main__":
    sys.stdout.write(page())
