"""What goes out to people and to other systems, and how it can fail.

Every outlet sends one message by one attempt with a bound on its time. Repeating is the queue's
part: it outlives the process, and it waits as long as the other side asks for. `key` names the
message for good: whoever gets it twice can tell.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

TIMEOUT_SECONDS = 10.0
"""For an attempt to connect, and for each answer; every attempt as a whole has three times that."""


class UndeliveredError(Exception):
    """The message was not accepted.

    Attributes:
        code: Why, in a few words without an address or a part of the message.

    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLaterError(UndeliveredError):
    """It may be accepted later: the other side is away, busy or slow.

    Attributes:
        after_seconds: How long it asks to be left alone; None where it does not say.

    """

    def __init__(self, code: str, after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.after_seconds = after_seconds


class RefusedError(UndeliveredError):
    """It will never be accepted as it is."""


class GoneError(RefusedError):
    """The address is no more, and asks to be forgotten."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail.

    Attributes:
        name: Of the file.
        media_type: With its parameters, as `text/calendar; method=REQUEST`.
        content: What it holds.

    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail to one person, as text and as HTML."""

    key: str
    to: str
    name: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message; `to` in E.164."""

    key: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Push:
    """A message to one browser (RFC 8030); the keys are those of its subscription."""

    key: str
    endpoint: str
    p256dh: str
    auth: str
    title: str
    text: str
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """An event for another system: JSON, signed with the secret that both know."""

    key: str
    url: str
    secret: str
    body: bytes


Message_contra = TypeVar("Message_contra", contravariant=True)


class Outlet(Protocol[Message_contra]):
    """Sends messages of one sort."""

    async def send(self, message: Message_contra) -> str:
        """Send it, once; the id that the other side knows it by.

        Raises:
            TryLaterError: It was not accepted now.
            RefusedError: It never will be.

        """

    async def sent_before(self, message: Message_contra, since_ms: int) -> str | None:
        """The id of this very message if it was sent since then, as far as can be found out."""
