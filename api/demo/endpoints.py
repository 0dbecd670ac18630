"""GET /api/demo/."""

from api.demo.schemas import Demo
from api.routing import Router
from api.services import Shared

router = Router(prefix="/api/demo", tags=["demo"])


@router.get("/")
async def get_demo(parts: Shared) -> Demo:
    """Logins to choose from, when this is a demonstration (`JEG_DEMO_LOGINS`); else none."""
    return Demo(logins=list(parts.settings.demo_logins))
