"""GET /healthz and GET /readyz."""

from api.errors import UnavailableError
from api.health.schemas import Health
from api.routing import Router
from api.services import Shared

router = Router(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health()


@router.get("/readyz")
async def readyz(parts: Shared) -> Health:
    """The database answers, and changes in it are heard."""
    await parts.database.ping()
    if not parts.hub.connected:
        raise UnavailableError
    return Health(warnings=["assistant_refused"] if parts.dr_jeg.refused else [])
