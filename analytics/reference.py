"""Writes docs/reference/alarms.md from the rules and tables in force.

`python -m analytics.reference > docs/reference/alarms.md`; a test holds the two equal.
"""

import sys

from analytics import reference_detectors, silence
from analytics.alarms import HIGH_SHELF_MS, Reason, State
from analytics.answers import LONGEST_SHELF_MS, LONGEST_SNOOZE_MS, REOPEN_BY_HAND_MS
from analytics.early_warning import STEP_MS
from analytics.escalation import REPEAT_SECONDS
from analytics.hours import LIVE_MS
from analytics.reference_detectors import seconds, table
from analytics.rules import BUILTIN, DETERIORATION, LIMITS, MINIMUM_QUALITY, NEWS2, Rule
from analytics.scores.news2 import (
    ADULT_FROM_YEARS,
    INPUTS,
    LEAST_STALE_S,
    MOST_STALE_S,
    RISKS,
    STALE_AFTER_S,
    bands,
)
from analytics.scores.qsofa import POSITIVE_FROM
from analytics.scores.replay import LEAST_KNOWN
from analytics.scores.shock_index import BANDS
from analytics.settings import Settings
from analytics.wording import shown
from telemetry.topics import ALARMS

_STATES = {
    State.PENDING: "The limit is reached and the delay runs. Nobody is called yet.",
    State.SUPPRESSED: "It has lasted for the delay, but its condition is shelved: nobody is called "
    "until the shelf ends.",
    State.ACTIVE_UNACKNOWLEDGED: "It has lasted for the delay, and nobody has answered.",
    State.ACTIVE_ACKNOWLEDGED: "It still lasts, and somebody has seen it.",
    State.LATCHED: "It is over, was of high priority, and nobody has seen it: it stays until "
    "somebody acknowledges it. If the condition comes back it is active again.",
    State.CLEARED: "It is over. A step on the way to closed, never a state that an alarm rests in.",
    State.CLOSED: "Done with. If the condition comes back soon, it is the same alarm again.",
}
_REASONS = {
    Reason.BEGAN: "A value reached the limit.",
    Reason.LASTED: "It lasted for the delay.",
    Reason.NOT_SUSTAINED: "It ended within the delay: nobody was called.",
    Reason.ENDED: "Values were back inside by the hysteresis for the clearing delay.",
    Reason.EXPIRED: "No reading for so long (hold) that nothing is known any more.",
    Reason.RETURNED: "The condition of a latched alarm, or of one closed not long ago, came back.",
    Reason.WORSENED: "The severe limit was exceeded for its delay: the priority is high, and an "
    "acknowledged or snoozed alarm asks again.",
    Reason.EASED: "The severe limit was no longer exceeded, for its delay to fall: the priority is "
    "the rule's again.",
    Reason.ACKNOWLEDGED: "Somebody has seen it.",
    Reason.ASSIGNED: "Somebody has taken it on, or was asked to (`assignee_id`).",
    Reason.UNASSIGNED: "It was given back to everybody.",
    Reason.SNOOZED: "It is to call nobody for a while (`until`).",
    Reason.UNSNOOZED: "Somebody ended the snooze.",
    Reason.SNOOZE_ENDED: "The snooze was over: it calls again.",
    Reason.SHELVED: "Its condition was shelved.",
    Reason.UNSHELVED: "Somebody ended the shelf: it calls.",
    Reason.SHELF_ENDED: "The shelf was over: it calls.",
    Reason.NOTED: "Somebody wrote something about it (`note`).",
    Reason.CLOSED: "After clearing.",
    Reason.CLOSED_BY_HAND: "Somebody closed it.",
    Reason.REOPENED: "Somebody opened it again.",
    Reason.CORRECTED: "The reading that it rested on was corrected or deleted.",
    Reason.RETROSPECTIVE: "Found in readings that came late.",
}


def page() -> str:
    """Make the whole page."""
    parts = [
        _intro(),
        _limits(),
        reference_detectors.section(),
        _states(),
        _answers(),
        _late(),
        _silence(),
        _news2(),
        _beside(),
        _hourly(),
        _topic(),
    ]
    return "\n\n".join(parts) + "\n"


def _intro() -> str:
    return """# Alarms

Made from the rules in force by `python -m analytics.reference`; a test holds the two equal. The
words are those of IEC 60601-1-8: a *physiological* alarm is about the patient, a *technical* one
about the equipment; *high* priority asks for an answer at once, *medium* soon, *low* for
awareness. JEGHealth is not a certified medical device."""


def _repeats() -> str:
    return ", ".join(
        f"never at {priority}" if after is None else f"every {seconds(after)} at {priority}"
        for priority, after in REPEAT_SECONDS.items()
    )


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
            seconds(rule.delay_s),
            f"{rule.hysteresis:g}",
            seconds(rule.clear_delay_s),
            seconds(rule.hold_s),
            str(rule.category),
            "on" if rule.enabled else "off",
        ]

    head = (
        "condition", "title", "metrics", "limit", "priority", "high from", "delay", "hysteresis",
        "clears after", "hold", "category", "",
    )  # fmt: skip
    rows = table(head, (row(rule) for rule in BUILTIN.values() if rule.detector == LIMITS))
    return f"""## Built-in limits

For adults at rest. A value *at* the limit counts as beyond it. An alarm comes when the limit has
been reached for the whole *delay*, by measured time; it is over when values are back inside by the
*hysteresis* for *clears after*. A series without a reading for *hold* no longer has a say. Several
series that show one condition (two devices, or heart rate and pulse) are one alarm. Readings that
their device rates below a quality of {MINIMUM_QUALITY:g} take no part.

Until somebody answers, an alarm is told again by its priority:
{_repeats()}. A rule or a policy that names a time of its own changes that.

{rows}

The table `alarm_rules` changes them, for everybody (`patient_id` null) or for one patient; a
column that is null keeps what is built in. A patient's own rule goes before the one for everybody.
Every change is a new version, and an alarm names the one it came from: `builtin:1`,
`default:<version>` or `patient:<version>`. A changed rule is in force within seconds."""


def _states() -> str:
    states = table(("state", "meaning"), ((f"`{s}`", _STATES[s]) for s in State))
    falls = BUILTIN[NEWS2].severe_clear_delay_s
    reopen = Settings.model_fields["reopen_seconds"].default
    reasons = table(("reason", "meaning"), ((f"`{r}`", _REASONS[r]) for r in Reason))
    return f"""## States

{states}

A patient has at most one open alarm per condition. An alarm that was of high priority since
somebody last saw it latches; medium and low close by themselves. The severe limit raises the
priority to high when it has been reached for its own delay, and the priority falls again when
values have been back from it, by the hysteresis, for {seconds(falls)} (a rule
may say otherwise). An alarm tells the limit that made it high (`severe_limit`) and the worst value
while it was open (`worst_value`) with its time (`worst_at`); `value` is the worst of the present
episode.

A condition that returns within {seconds(reopen)} of its alarm's closing (`JEG_REOPEN_SECONDS`), or
while that is snoozed, opens the same alarm again: its history, its assignee and its snooze go on.

Each step is kept with its time, its reason and whoever took it; steps from a state to the same one
say what else changed. `notified`, `reminded` and `escalated` say who was told:

{reasons}"""


def _answers() -> str:
    rows = [
        ("acknowledge", "active; latched, which it closes", ""),
        ("assign, unassign", "open", "a clinician who may see the patient"),
        (
            "snooze, unsnooze",
            "active, latched",
            ", ".join(f"{p}: {seconds(ms / 1000)}" for p, ms in LONGEST_SNOOZE_MS.items())
            + " at most; a worse priority ends it",
        ),
        (
            "shelve",
            "any; suppresses an active one",
            ", ".join(f"{c}: {seconds(ms / 1000)}" for c, ms in LONGEST_SHELF_MS.items())
            + f" at most; holds high physiological alarms for {seconds(HIGH_SHELF_MS / 1000)}",
        ),
        ("close", "latched; technical ones that are active or suppressed", ""),
        (
            "reopen",
            "closed, having called",
            f"within {seconds(REOPEN_BY_HAND_MS / 1000)}; latched where its condition is over",
        ),
        ("note", "any", ""),
    ]
    return f"""## Actions

{table(("action", "possible when", "bounds"), rows)}

Everything else is a conflict. The condition of a patient cannot be closed while it lasts. A snooze
and a shelf end by themselves, and the alarm calls again. While a condition is shelved its alarms
are recorded as `suppressed`. How to: [alarms](../how-to/alarms.md)."""


def _late() -> str:
    late = Settings.model_fields["late_after_seconds"].default
    return f"""## Late readings

Backlog that a device marks as such (`h`), and readings received more than {seconds(late)}
(`JEG_LATE_AFTER_SECONDS`) after they were measured, never raise a live alarm. What they show is
kept as a closed alarm with `retrospective` set. The same backlog sent twice is one finding."""


def _silence() -> str:
    floor = Settings.model_fields["silence_seconds"].default
    gather = Settings.model_fields["storm_gather_seconds"].default
    return f"""## Silent devices

A device that has been sending regularly (at least {silence.REGULAR_AFTER} arrivals, usually not
more than {seconds(silence.REGULAR_GAP_MS / 1000)} apart) is silent when nothing has come for
{silence.PATIENCE} of its usual gaps, but at least {seconds(floor)} (`JEG_SILENCE_SECONDS`). That
comes from the clock, not from a next message. After {seconds(gather)} more
(`JEG_STORM_GATHER_SECONDS`) it is the [technical alarm](technical-alarms.md) `no_data:<device id>`,
or one of several that the alarm of a group speaks for. It is over with the first reading. Devices
that are inactive, under maintenance or revoked may be silent."""


def _news2() -> str:
    points = []
    for name in INPUTS:
        for scale, found in bands(name).items():
            points += [[f"`{name}`{scale}", text, str(value)] for text, value in found]
    stale = table(("input", "stale after"), ((f"`{n}`", seconds(STALE_AFTER_S[n])) for n in INPUTS))
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
is taken every {seconds(STEP_MS / 1000)} of measured time.

{stale}

Consciousness and oxygen are recorded by people (or by devices that know): while nobody has, or the
record is old, they are unknown like any other input. Oxygen is `supplemental_oxygen`, a flow over 0
L/min or an inspired concentration over 21.5 %, whichever is the newest. A pulse rate stands in for
a heart rate that is unknown. SpO2 scale 2 is for whom it is prescribed, and so are other times
after which an input is stale, {seconds(LEAST_STALE_S)} to {seconds(MOST_STALE_S)} each:
`PUT /api/patients/{{id}}/early-warning/` with `stale_after`, kept in versions. qSOFA and the shock
index keep the usual ones."""


def _beside() -> str:
    edges = ("below 0.7", "from 0.7", "from 0.9", "from 1.0")
    rows = ((f"`{name}`", edge) for name, edge in zip(BANDS, edges, strict=True))
    return f"""## qSOFA and shock index

Shown beside NEWS2; neither raises an alarm. **qSOFA** (Seymour 2016): a point each for a
respiratory rate of 22 or more, a systolic pressure of 100 or less, and any consciousness other than
alert; {POSITIVE_FROM} or more is positive. It has bounds as NEWS2 has. **Shock index** (Allgoewer
and Burri 1967): heart rate divided by systolic pressure, unknown where either is. Its bands are for
adults of any age:

{table(("band", "shock index"), rows)}"""


def _hourly() -> str:
    rule = BUILTIN[DETERIORATION]
    settle = Settings.model_fields["score_settle_seconds"].default
    return f"""## Scores by the hour

NEWS2, qSOFA, shock index and the [deterioration score](deterioration-score.md) of every hour of
measured time in which one of their inputs was measured: what was certain at its end and at most
possible, and the worst minute in it. They are computed {seconds(settle)}
(`JEG_SCORE_SETTLE_SECONDS`) after the hour from what is stored; readings that come late correct
their hour and those that follow from it. An hour keeps the SpO2 scale that was prescribed at its
end. There are none under {ADULT_FROM_YEARS} years and in pregnancy.

A deterioration score of {rule.limit:g} or more raises `{DETERIORATION}` ({rule.priority} priority),
when its hour ended no more than {seconds(LIVE_MS / 1000)} ago and at least {LEAST_KNOWN} vital
signs were known. It is over {rule.hysteresis:g} below that for {seconds(rule.clear_delay_s)}, or
when no score came for {seconds(rule.hold_s)}. An hour that is filled in later calls nobody: what it
shows is a retrospective finding, one for each episode that no alarm spoke for. Hours that cannot be
computed keep their mark and are tried again, after a minute at first, at last every six hours."""


def _topic() -> str:
    return f"""## Live

Every step is announced on the NOTIFY channel `jeg_alarms` (payload: the alarm's id), by the API's
event stream, and, when a broker is set, on `{ALARMS}/{{patient_id}}` (not retained)."""


if __name__ == "__main__":
    sys.stdout.write(page())
