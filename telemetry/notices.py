"""What people are told about: the kinds of notifications, and over which channels by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Channel = Literal["in_app", "email", "sms", "push", "webhook"]
Chosen = Literal["email", "sms", "push"]
"""What a person may choose; the list in the application and their own webhooks are always told."""
Language = Literal["en", "fr"]

NOTIFICATIONS_CHANNEL: Final = "jeg_notifications"
"""NOTIFY channel; the payload is the id of the user who has been told something."""
QUEUE: Final = "notifications"
"""The queue of jobs that send."""
URGENT_QUEUE: Final = "urgent"
"""The queue of those that cannot wait: the worker has slots for it that nothing else takes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a notification is about.

    Attributes:
        about: The same for people.
        channels: Over which it goes beside the list in the application, unless the recipient
            chose otherwise.
        health: Whether UserProfile.health_reminders turns it off.
        required: Whether e-mail goes whatever was chosen: the account itself is concerned.

    """

    about: str
    channels: tuple[Chosen, ...]
    health: bool = False
    required: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "alarm": Kind("an alarm that waits for an answer", ("push",)),
    "alarm_contact": Kind("an alarm of somebody who named you", ("sms",)),
    "device": Kind("something about a device of yours", ("email", "push")),
    "appointment": Kind("an appointment was made, changed or is near", ("email", "push")),
    "payment": Kind("a payment of yours: received, failed, sent back", ("email",)),
    "reminder": Kind("something to take or to measure", ("push",), health=True),
    "prescription": Kind("a patient stops or pauses what you prescribed", ("email", "push")),
    "side_effect": Kind("a patient of yours reports a severe side effect", ("email", "push")),
    "achievement": Kind("a goal that was reached", ("push",), health=True),
    "message": Kind("somebody wrote to you", ("push",)),
    "account": Kind("your account: verification, password, security", ("email",), required=True),
    "new_times": Kind("a provider whom you see has new times", ("email",)),
    "schedule_change": Kind("a provider is not there at the time you booked", ("email", "push")),
    "provider_welcome": Kind("you were entered as a provider", ("email",), required=True),
    "notice": Kind("anything else", ("email",)),
}
