"""The firmware doctor: what a device does right and wrong, judged from its recent traffic.

Each check passes, fails with what to mend, or cannot be judged yet and says what to do so that it
can. Nothing is assumed: what was not seen is not passed.
"""

from collections.abc import Callable, Collection
from typing import Final

from analytics.examination import Check, Examination, count, listed
from storage.queries.firmware import FirmwareFacts
from telemetry.errors import CLOCK, QUARANTINED, Reason
from telemetry.habits import Habit

ENOUGH_MESSAGES: Final = 10
"""Numbered messages from which on it is judged how they are sent."""
RESENT_SHARE: Final = 0.05
"""Arrivals of numbers that came before: more than that is no lost receipt."""
RESENT_LEAST: Final = 5
FAR_MS: Final = 30_000
"""A clock that is further off, beyond doubt, was never set by the network."""
DRIFT_PPM: Final = 200.0
"""More than any quartz clock between 0 and 50 degrees Celsius; 17 s a day."""

_MEASURED = frozenset(
    {
        Reason.UNKNOWN_METRIC,
        Reason.UNKNOWN_UNIT,
        Reason.NOT_A_NUMBER,
        Reason.OUT_OF_RANGE,
        Reason.INVALID_QUALITY,
    }
)
_FORM = frozenset(
    {
        Reason.FOREIGN_TOPIC,
        Reason.WRONG_PARTITION,
        Reason.SPOOFED_DEVICE,
        Reason.TOO_LARGE,
        Reason.INVALID_JSON,
        Reason.INVALID_PAYLOAD,
        Reason.NO_READINGS,
        Reason.UNSTORABLE,
    }
)
_KEYS = frozenset({Reason.MISSING_KEY, Reason.WRONG_KEY})


def examine(facts: FirmwareFacts) -> Examination:
    """Judge what is known of a device."""
    return Examination(tuple(judge(facts) for judge in _CHECKS))


def _will(facts: FirmwareFacts) -> Check:
    remedy = (
        "In CONNECT set a last will on the status topic, QoS 1, retained:"
        ' {"boot": …, "state": "offline"}; publish {"boot": …, "state": "online"}, retained, as'
        " soon as connected. A fix shows when the device has been switched off and on twice."
    )
    vanished, loose = facts.times(Habit.VANISHED), facts.times(Habit.STATUS_NOT_RETAINED)
    if vanished:
        return Check("will", "fail", "It vanished: no will said that it was offline.", remedy)
    if loose:
        return Check("will", "fail", f"{count(loose, 'status', 'statuses')} not retained.", remedy)
    if facts.refused_statuses:
        told = f"Statuses were refused: {listed(facts.refused_statuses)}."
        return Check("will", "fail", told, remedy)
    if facts.left:
        return Check("will", "pass", f"It was announced {count(facts.left, 'time')} that it left.")
    if _only_http(facts):
        return Check("will", "pass", "It sends over HTTP, where there is no will.")
    if not facts.says_status and _heard(facts):
        return Check("will", "fail", "It never published a status.", remedy)
    return Check(
        "will",
        "unknown",
        "It has not been seen to leave.",
        "Cut its power or its network for two minutes, then ask again.",
    )


def _numbers(facts: FirmwareFacts) -> Check:
    name, boots, unnumbered = "boot_and_seq", facts.boots, facts.times(Habit.UNNUMBERED)
    if unnumbered:
        return Check(
            name,
            "fail",
            f"{count(unnumbered, 'message')} without boot and seq.",
            "Give each message boot, which counts the starts and survives them, and seq, which"
            " counts the messages of this boot from 1.",
        )
    if boots is None:
        return _nothing(name)
    reused = boots.redelivered - boots.readings_duplicate - boots.readings_rejected
    if reused > 0:
        return Check(
            name,
            "fail",
            f"{count(reused, 'number')} came again with other readings.",
            "Keep boot in memory that survives a restart, raise it at every start before the first"
            " message, and never give a seq to two messages.",
        )
    if boots.begins_at > 1:
        return Check(
            name,
            "fail",
            f"The first number of a boot was {boots.begins_at}.",
            "Begin each boot with seq 1, and count only messages that will be sent.",
        )
    return Check(name, "pass", f"Boot {boots.newest}, {count(boots.messages, 'message')} numbered.")


def _clock(facts: FirmwareFacts) -> Check:
    name, clock = "clock", facts.clock
    remedy = "Set the clock by NTP before the first message, keep UTC, and stamp `sent` on sending."
    wrong = _some(facts, CLOCK | QUARANTINED)
    untimed = facts.times(Habit.UNTIMED)
    if wrong:
        return Check(name, "fail", f"Readings were quarantined: {listed(wrong)}.", remedy)
    if untimed:
        told = f"{count(untimed, 'message')} without sent."
        return Check(
            name, "fail", told, "Stamp `sent` with the device's clock as a message leaves."
        )
    if clock is None:
        return _nothing(name)
    if clock.state != "good":
        return Check(name, "fail", "The clock jumped within a boot.", remedy)
    if abs(clock.offset_ms) - clock.uncertainty_ms > FAR_MS:
        return Check(name, "fail", f"The clock is {abs(clock.offset_ms) / 1000:.0f} s off.", remedy)
    if abs(clock.drift_ppm) > DRIFT_PPM:
        told = f"The clock drifts by {abs(clock.drift_ppm):.0f} ppm."
        return Check(name, "fail", told, remedy)
    told = f"Right to {(abs(clock.offset_ms) + clock.uncertainty_ms) / 1000:.1f} s."
    return Check(name, "pass", told)


def _qos(facts: FirmwareFacts) -> Check:
    lost = facts.times(Habit.AT_MOST_ONCE)
    if lost:
        told = f"{count(lost, 'message')} at QoS 0."
        return Check("qos", "fail", told, "Publish telemetry at QoS 1: at QoS 0 it may be lost.")
    if not _heard(facts):
        return _nothing("qos")
    if _only_http(facts):
        return Check("qos", "pass", "It sends over HTTP, where each message is answered.")
    return Check("qos", "pass", "Every message was published at QoS 1 or 2.")


def _retained(facts: FirmwareFacts) -> Check:
    kept = facts.times(Habit.RETAINED)
    if kept:
        told = f"{count(kept, 'telemetry message')} retained."
        return Check("retained", "fail", told, "Retain the status only, never telemetry.")
    return (
        Check("retained", "pass", "No telemetry retained.")
        if _heard(facts)
        else _nothing("retained")
    )


def _backfill(facts: FirmwareFacts) -> Check:
    unmarked, marked = facts.times(Habit.UNMARKED_BACKLOG), facts.times(Habit.BACKLOG)
    if unmarked:
        return Check(
            "backfill",
            "fail",
            f"{count(unmarked, 'message')} sent minutes after measuring, unmarked.",
            'Mark what could not be sent in time with "h": true, so that nobody takes it for now.',
        )
    if marked:
        return Check("backfill", "pass", f"{count(marked, 'message')} marked as backlog.")
    return Check(
        "backfill",
        "unknown",
        "No backlog was seen.",
        "Take its network away for ten minutes while it measures, then ask again.",
    )


def _receipts(facts: FirmwareFacts) -> Check:
    name, boots = "receipts", facts.boots
    if boots is None:
        return _nothing(name)
    if boots.silent:
        return Check(
            name,
            "fail",
            f"{count(boots.silent, 'message')} never came.",
            "Keep each message, through a restart too, until a receipt covers it; send what has"
            " none again after a reconnection and when no receipt came for a while.",
        )
    share = boots.redelivered / max(boots.messages + boots.redelivered, 1)
    if boots.redelivered >= RESENT_LEAST and share > RESENT_SHARE:
        return Check(
            name,
            "fail",
            f"{count(boots.redelivered, 'message')} sent again, {share:.0%} of all.",
            "Subscribe to down/receipt before the first message, drop what a receipt covers, and"
            " wait for some seconds, then longer, before sending anything again.",
        )
    if boots.messages < ENOUGH_MESSAGES:
        return _nothing(name)
    return Check(
        name, "pass", f"All of {count(boots.messages, 'message')} came; {share:.0%} twice."
    )


def _keys(facts: FirmwareFacts) -> Check:
    wrong, old = _some(facts, _KEYS), facts.times(Habit.OLD_KEY)
    early = _some(facts, {Reason.DEVICE_UNVERIFIED})
    if not facts.is_verified:
        return Check(
            "key",
            "fail",
            "It has not proven that it holds its key.",
            "Let it POST its device_id and api_key to /api/iot/devices/verify/ once.",
        )
    if wrong:
        return Check(
            "key",
            "fail",
            f"Messages were refused: {listed(wrong)}.",
            "Send the key of the registration, or of the last rotation, with each message: as"
            " user property `key` or in the payload.",
        )
    if early:
        return Check(
            "key",
            "fail",
            "Messages were refused before it had proven that it holds its key.",
            "Let it POST its device_id and api_key to /api/iot/devices/verify/ after registration,"
            " and send when that is answered. Those refused are to be sent again.",
        )
    if old:
        told = f"{count(old, 'message')} with the older of two keys."
        return Check("key", "fail", told, "Load the new key before the old one ends.")
    return Check("key", "pass", "It shows its live key.") if _heard(facts) else _nothing("key")


def _about(name: str, reasons: Collection[Reason], remedy: str) -> Callable[[FirmwareFacts], Check]:
    """Make a check that passes when nothing was refused for these reasons."""

    def judge(facts: FirmwareFacts) -> Check:
        wrong = _some(facts, reasons)
        if wrong:
            return Check(name, "fail", f"Refused: {listed(wrong)}.", remedy)
        return Check(name, "pass", "Nothing was refused.") if _heard(facts) else _nothing(name)

    return judge


_CHECKS: Final = (
    _will,
    _numbers,
    _clock,
    _about(
        "units",
        _MEASURED,
        "Name metrics, units and ranges as the device protocol lists them; `jeg dead-letters` shows"
        " what was refused.",
    ),
    _about(
        "form",
        _FORM,
        "Send one of the forms of the device protocol, to the topics of the registration, within"
        " the limit of size; `jeg dead-letters` shows what was refused.",
    ),
    _about(
        "rate",
        {Reason.RATE_LIMITED},
        "Put readings together: several to a message, and runs (t0, dt) for backlog.",
    ),
    _qos,
    _retained,
    _backfill,
    _receipts,
    _keys,
)


def _heard(facts: FirmwareFacts) -> bool:
    return facts.boots is not None or bool(facts.habits)


def _only_http(facts: FirmwareFacts) -> bool:
    return facts.times(Habit.OVER_HTTP) > 0 and not facts.says_status


def _nothing(name: str) -> Check:
    told = f"Fewer than {ENOUGH_MESSAGES} messages were heard."
    return Check(name, "unknown", told, "Let it measure for a while, then ask again.")


def _some(facts: FirmwareFacts, reasons: Collection[Reason]) -> dict[Reason, int]:
    return {reason: n for reason, n in facts.refused.items() if reason in reasons}
