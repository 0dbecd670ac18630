"""Shapes of notifications."""

import datetime as dt
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.accounts.profile_schemas import TimeZone
from api.pagination import Page
from api.schemas import Input
from telemetry.notices import KINDS, Channel, Chosen, Language

_NO_KIND: Final = "notice_kinds"
DeliveryState = Literal["queued", "sent", "failed", "dead", "suppressed"]


class Notification(BaseModel):
    """Something that the caller was told."""

    id: UUID
    kind: str = Field(description="What it is about: alarm, appointment, reminder, ...")
    subject: str = Field(description="What it is about, such as `alarm:<id>`; may be empty.")
    title: str = Field(description="What it is, in the caller's language: the subject of its mail.")
    urgent: bool
    payload: dict[str, Any] = Field(description="What the words are made of; differs by kind.")
    created_at: dt.datetime
    read_at: dt.datetime | None


class NotificationPage(Page[Notification]):
    """Part of the caller's notifications, and how many are unread in all."""

    unread: int


class ReadInput(Input):
    """Which notifications were read."""

    ids: list[UUID] | None = Field(
        default=None, max_length=500, description="Left out: all of the caller's."
    )


class Unread(BaseModel):
    """How many notifications the caller has not read."""

    unread: int


def _kinds(channels: dict[str, list[Chosen]]) -> dict[str, list[Chosen]]:
    if channels.keys() - KINDS.keys():
        raise PydanticCustomError(_NO_KIND, _NO_KIND)
    return {kind: sorted(set(chosen)) for kind, chosen in channels.items()}


class Preferences(Input):
    """How the caller wants to be told. Alarms of high priority keep to none of it."""

    channels: Annotated[dict[str, list[Chosen]], AfterValidator(_kinds)] = Field(
        default={},
        description="Kind to channels beside the list in the application; a kind that is left out "
        "has its defaults, an empty list is only shown there.",
        examples=[{"appointment": ["email", "push"]}],
    )
    quiet_from: dt.time | None = Field(
        default=None, description="From then on nothing is sent; local, may be before midnight."
    )
    quiet_until: dt.time | None = Field(
        default=None, description="What waited is sent then; must be given with `quiet_from`."
    )
    time_zone: TimeZone | None = Field(default=None, description="IANA name; null: the account's.")
    language: Language = "en"

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Preferences":
        if (self.quiet_from is None) != (self.quiet_until is None):
            kind = "quiet_hours"
            raise PydanticCustomError(kind, kind)
        for time in (self.quiet_from, self.quiet_until):
            if time is not None and time.tzinfo is not None:
                kind = "local_time"
                raise PydanticCustomError(kind, kind)
        return self


class KindInfo(BaseModel):
    """One kind of notifications, and its channels where nobody chose others."""

    kind: str
    about: str
    channels: list[Chosen]
    required: bool = Field(description="Whether e-mail goes whatever was chosen.")


class PreferencesNow(Preferences):
    """The caller's preferences, and the kinds that there are."""

    kinds: list[KindInfo]


class PushKeys(Input):
    """Keys of a browser's subscription, as `PushSubscription.toJSON()` gives them."""

    p256dh: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86,88}={0,2}$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,24}={0,2}$")]


class PushInput(Input):
    """A browser's subscription."""

    endpoint: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]
    expirationTime: float | None = Field(default=None, description="As browsers send it; unused.")  # noqa: N815
    keys: PushKeys


class PushSubscription(BaseModel):
    """A browser that is told."""

    id: UUID
    service: str = Field(description="Host of the browser's push service.")
    created_at: dt.datetime


class PushState(BaseModel):
    """What a browser needs to subscribe, and which have."""

    public_key: str | None = Field(
        description="`applicationServerKey`; null: pushes are not set up here."
    )
    subscriptions: list[PushSubscription] = Field(description="At most 20, newest first.")


class WebhookInput(Input):
    """An address that is to be told of events."""

    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]
    kinds: list[str] = Field(
        default=[], max_length=20, description="Empty: of all kinds.", examples=[["alarm"]]
    )
    hospital_id: UUID | None = Field(
        default=None,
        description="A hospital's own system, told of its alarms; for admins.",
        examples=[None],
    )

    @model_validator(mode="after")
    def _known(self) -> "WebhookInput":
        if set(self.kinds) - KINDS.keys():
            raise PydanticCustomError(_NO_KIND, _NO_KIND)
        return self


class Webhook(BaseModel):
    """An address that is told of events."""

    id: UUID
    url: str
    kinds: list[str]
    hospital_id: UUID | None
    created_at: dt.datetime


class Webhooks(BaseModel):
    """Addresses that are told of events."""

    results: list[Webhook] = Field(description="At most 500, newest first.")


class NewWebhook(Webhook):
    """The same, with its secret, which is shown this once."""

    secret: str


class EmergencyContact(BaseModel):
    """Whom the caller named, and whether they may be told of alarms that nobody answered."""

    name: str
    phone: str
    consented_at: dt.datetime | None = Field(description="Null: they are never told.")


class EmergencyContactInput(Input):
    """Whether that person may be told."""

    consent: bool


class Delivery(BaseModel):
    """A message and what became of it; neither its words nor its address."""

    id: UUID
    notification_id: UUID
    kind: str
    recipient: str = Field(description="`user:`, `contact:` or `hospital:` and an id.")
    channel: Channel
    address_class: str
    state: DeliveryState
    attempts: int
    last_error: str | None
    provider_message_id: str | None
    created_at: dt.datetime
    sent_at: dt.datetime | None
