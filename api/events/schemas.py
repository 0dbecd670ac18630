"""Shapes of the event stream."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.alarms.schemas import Alarm
from api.ward.schemas import BoardRow


class Nothing(BaseModel):
    """An empty object."""


class Ready(BaseModel):
    """The stream is open: what changes from now on will come."""

    event: Literal["ready"]
    data: Nothing


class BoardEvent(BaseModel):
    """A patient on the board has changed; at most twice a second for one patient."""

    event: Literal["board"]
    data: BoardRow


class AlarmEvent(BaseModel):
    """An alarm has changed."""

    event: Literal["alarm"]
    data: Alarm


class NotificationEvent(BaseModel):
    """The caller was told something: it is in `/api/notifications/`."""

    event: Literal["notification"]
    data: Nothing


class Resync(BaseModel):
    """Something may have been missed: load the page anew."""

    event: Literal["resync"]
    data: Nothing


Event = Annotated[
    Ready | BoardEvent | AlarmEvent | NotificationEvent | Resync, Field(discriminator="event")
]
