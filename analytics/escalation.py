"""Who is called for an alarm, after how long and over which channels: pure functions of time.

A policy is a list of steps. Each has a time after the alarm began to call; until somebody
acknowledges it, one step after the other is taken, and whoever was told last is reminded. A step
that reaches nobody is no reason to wait: the next one is taken at once, unless it would call
somebody outside the hospital sooner than was agreed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, Literal, get_args
from uuid import UUID

from analytics.rules import Priority

Audience = Literal["assignee", "care_team", "ward_role", "user", "emergency_contact"]
Channel = Literal["in_app", "email", "sms", "push"]
AUDIENCES: Final = get_args(Audience)
CHANNELS: Final = get_args(Channel)

BUILTIN_VERSION: Final = "builtin:1"
MAX_STEPS: Final = 10
MAX_AFTER_SECONDS: Final = 86_400
SHORTEST_REPEAT_SECONDS: Final = 30.0
OUTSIDE_SECONDS: Final = 60.0
"""Nobody outside is called sooner after a step told somebody inside, whatever delayed the telling.

Reminders do not count: those that come more often would put it off for ever."""
REPEAT_SECONDS: Final[Mapping[str, float | None]] = {
    Priority.HIGH: 120.0,
    Priority.MEDIUM: 600.0,
    Priority.LOW: None,
}
"""Seconds between reminders where neither policy nor rule says; None: no reminders."""


class PolicyError(ValueError):
    """The steps of a policy contradict each other."""


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to tell, when and how.

    Attributes:
        after_seconds: From when the alarm began to call.
        who: `assignee` of the alarm; `care_team`, clinicians in whose care the patient is;
            `ward_role`, holders of `role` who care for somebody on the patient's ward; one `user`;
            the patient's `emergency_contact`, only with the patient's consent.
        channels: Over which; in the app it is shown in any case.
        role: For `ward_role`.
        user_id: For `user`.

    """

    after_seconds: float
    who: Audience
    channels: tuple[Channel, ...]
    role: str | None = None
    user_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a step that could never be taken."""
        if not 0 <= self.after_seconds <= MAX_AFTER_SECONDS:
            message = f"after_seconds must be from 0 to {MAX_AFTER_SECONDS}"
            raise PolicyError(message)
        if self.who not in AUDIENCES or not self.channels or set(self.channels) - set(CHANNELS):
            message = "who and channels must be among those that there are"
            raise PolicyError(message)
        if (self.who == "ward_role") != bool(self.role):
            message = "role is for ward_role, and must be given there"
            raise PolicyError(message)
        if (self.who == "user") != bool(self.user_id):
            message = "user_id is for user, and must be given there"
            raise PolicyError(message)
        if self.who == "emergency_contact" and set(self.channels) != {"sms"}:
            message = "an emergency contact has a telephone number: the channel is sms"
            raise PolicyError(message)

    @property
    def outside(self) -> bool:
        """Whether it calls somebody who does not work there."""
        return self.who == "emergency_contact"

    def document(self) -> dict[str, Any]:
        """As stored; nothing where there is nothing to say."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def step_of(document: Mapping[str, Any]) -> Step:
    """Read a stored step.

    Raises:
        PolicyError: It is not one.

    """
    try:
        user_id = document.get("user_id")
        return Step(
            after_seconds=float(document["after_seconds"]),
            who=document["who"],
            channels=tuple(document["channels"]),
            role=document.get("role"),
            user_id=None if user_id is None else str(UUID(str(user_id))),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        message = str(error) if isinstance(error, PolicyError) else "this is no step"
        raise PolicyError(message) from error


def check_steps(steps: Sequence[Step]) -> None:
    """Hold what must be so among the steps of one policy.

    Raises:
        PolicyError: There are none or too many, or they are not in the order of their times.

    """
    if not 1 <= len(steps) <= MAX_STEPS:
        message = f"a policy has 1 to {MAX_STEPS} steps"
        raise PolicyError(message)
    if any(later.after_seconds < earlier.after_seconds for earlier, later in pairwise(steps)):
        message = "steps must be in the order of their times"
        raise PolicyError(message)


_INSIDE: Final[tuple[Channel, ...]] = ("in_app", "push")
BUILTIN: Final[Mapping[str, tuple[Step, ...]]] = {
    Priority.HIGH: (
        Step(0, "assignee", _INSIDE),
        Step(0, "care_team", _INSIDE),
        Step(120, "care_team", ("in_app", "push", "sms")),
        Step(300, "ward_role", ("in_app", "push", "sms"), role="clinician"),
        Step(900, "emergency_contact", ("sms",)),
    ),
    Priority.MEDIUM: (
        Step(0, "assignee", _INSIDE),
        Step(0, "care_team", _INSIDE),
        Step(900, "care_team", ("in_app", "push", "email")),
    ),
    Priority.LOW: (Step(0, "care_team", ("in_app",)),),
}
"""Where no policy is stored: the care team at once, their telephones when nobody answers, then
everybody on the ward, and last the person whom the patient named."""


@dataclass(frozen=True, slots=True)
class Calling:
    """How far an alarm has been called out. Times are seconds since 1970."""

    steps: tuple[Step, ...]
    repeat_seconds: float | None
    began_at: float
    taken: int = 0
    """Steps that were taken."""
    told_at: float | None = None
    """When somebody was last told."""
    called_at: float | None = None
    """When a step last told somebody: reminders do not count."""


def _time(calling: Calling, index: int) -> float:
    """When a step is to be taken."""
    step = calling.steps[index]
    planned = calling.began_at + step.after_seconds
    if step.outside and calling.called_at is not None:
        return max(planned, calling.called_at + OUTSIDE_SECONDS)
    return planned


def due(calling: Calling, now: float, *, over: bool) -> list[int]:
    """Steps to take now, by their index.

    Args:
        calling: How far it has come.
        now: Seconds since 1970.
        over: Whether the condition has ended, and only nobody has seen it yet: then nobody new is
            called.

    Returns:
        Indexes into `calling.steps`, oldest first; never somebody outside together with somebody
        inside, who must have had the time to answer.

    >>> calling = Calling(BUILTIN["high"], 120, began_at=1000)
    >>> due(calling, 1000, over=False)
    [0, 1]
    >>> due(calling, 9000, over=False)
    [0, 1, 2, 3]
    >>> due(calling, 1121, over=True)
    [0, 1]

    """
    waiting = range(calling.taken, len(calling.steps))
    passed = [i for i in waiting if _time(calling, i) <= now]
    if over:
        passed = [i for i in passed if calling.steps[i].after_seconds == 0]
    first_outside = next((n for n, i in enumerate(passed) if calling.steps[i].outside), None)
    return passed[:first_outside] if first_outside else passed


def early(calling: Calling) -> int | None:
    """The step to take ahead of its time because those before it reached nobody; None if none is.

    >>> early(Calling(BUILTIN["high"], 120, 0, taken=2))
    2
    >>> early(Calling(BUILTIN["high"], 120, 0, taken=4))  # never somebody outside
    """
    if calling.told_at is not None or calling.taken >= len(calling.steps):
        return None
    return None if calling.steps[calling.taken].outside else calling.taken


def reminder_due(calling: Calling, now: float) -> bool:
    """Whether those who were told last must be told again."""
    if calling.repeat_seconds is None or calling.told_at is None:
        return False
    return calling.told_at + calling.repeat_seconds <= now


def next_at(calling: Calling, *, over: bool) -> float | None:
    """When to look again; None where there is nothing more to do.

    >>> next_at(Calling(BUILTIN["high"], 120, 1000, taken=2, told_at=1000), over=False)
    1120
    >>> next_at(Calling(BUILTIN["low"], None, 1000, taken=1, told_at=1000), over=False)
    """
    times = []
    if not over and calling.taken < len(calling.steps):
        times.append(_time(calling, calling.taken))
    if calling.repeat_seconds is not None and calling.told_at is not None:
        times.append(calling.told_at + calling.repeat_seconds)
    return min(times, default=None)


def repeat_of(policy: float | None, rule: float | None, priority: str) -> float | None:
    """Seconds between reminders: the policy's, else the rule's, else the priority's.

    A rule that says 0 has none.
    """
    wanted = policy if policy is not None else rule
    if wanted is None:
        wanted = REPEAT_SECONDS[Priority(priority)]
    if not wanted:
        return None
    return max(wanted, SHORTEST_REPEAT_SECONDS)
