"""Query parameters of the list of alarms."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from api.alarms.schemas import Category
from api.auth import CurrentCaller
from api.errors import EmptySpanError
from api.schemas import UtcTime
from api.ward.schemas import Priority
from storage.queries.alarm_filter import AlarmFilter, StateFilter


async def _filter(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    caller: CurrentCaller,
    state: Annotated[
        StateFilter | None,
        Query(description="`open`: active or latched. Left out: all that ever called."),
    ] = None,
    patient: Annotated[UUID | None, Query(description="Only this patient's.")] = None,
    priority: Annotated[Priority | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    ward: Annotated[
        str | None, Query(max_length=100, description="Of patients who are there now.")
    ] = None,
    assignee: Annotated[
        Literal["me", "none"] | UUID | None,
        Query(description="Who has taken it on: an id, `me`, or `none` for nobody."),
    ] = None,
    condition: Annotated[str | None, Query(max_length=200)] = None,
    device: Annotated[UUID | None, Query(description="Technical alarms about it.")] = None,
    parent: Annotated[
        UUID | None,
        Query(
            description="Those that this alarm of a group speaks for. Unless `parent`, `patient` "
            "or `device` is given, alarms that another one speaks for are left out."
        ),
    ] = None,
    since: Annotated[UtcTime | None, Query(description="Begun then or later.")] = None,
    until: Annotated[UtcTime | None, Query(description="Begun before then.")] = None,
    retrospective: Annotated[
        bool | None, Query(description="Only findings in late data, or none of them.")
    ] = None,
    text: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"\w",
            description="Words of title and message, or their beginnings.",
        ),
    ] = None,
) -> AlarmFilter:
    """Read the filters of the list.

    Raises:
        EmptySpanError: when `since` is not before `until`.
    """
    if since is not None and until is not None and since >= until:
        raise EmptySpanError
    return AlarmFilter(
        state=state,
        patient_id=patient,
        priority=priority,
        category=category,
        ward=ward,
        assignee_id=caller.id if assignee == "me" else _id(assignee),
        unassigned=assignee == "none",
        condition=condition,
        device_id=device,
        parent_id=parent,
        since=since,
        until=until,
        retrospective=retrospective,
        text=text,
    )


def _id(assignee: str | UUID | None) -> UUID | None:
    return assignee if isinstance(assignee, UUID) else None


Filtering = Annotated[AlarmFilter, Depends(_filter)]
