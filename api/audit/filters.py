"""Which records of the audit log are asked for."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query
from msgspec.json import Decoder

from api.audit.schemas import Outcome
from api.errors import EmptySpanError
from api.schemas import UtcTime
from storage.queries.audit import AuditFilter, AuditPosition

POSITION: Final[Decoder[AuditPosition]] = Decoder(AuditPosition)


async def _filter(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    patient: Annotated[UUID | None, Query(description="Whose data.")] = None,
    actor: Annotated[UUID | None, Query(description="By whom.")] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    action: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z .-]+$")] = None,
    purpose: Annotated[str | None, Query(max_length=20, pattern=r"^[A-Z]+$")] = None,
    since: Annotated[UtcTime | None, Query(description="Then or later.")] = None,
    until: Annotated[UtcTime | None, Query(description="Before then.")] = None,
) -> AuditFilter:
    """Read the filters from the query.

    Raises:
        EmptySpanError: when `since` is not before `until`.
    """
    if since is not None and until is not None and since >= until:
        raise EmptySpanError
    return AuditFilter(patient, actor, outcome, action, purpose, since, until)


Filtering = Annotated[AuditFilter, Depends(_filter)]
