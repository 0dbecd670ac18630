"""GET /api/demo/."""

from fastapi import APIRouter

from api.demo.schemas import Demo
from api.services import Shared

router = APIRouter(prefix="/api/demo", tags=["demo"])


@router.get("/")
async def get_demo(parts: Shared) -> Demo:
    """Logins to choose from, when this is a demonstration (`JEG_DEMO_LOGINS`); else none."""
    return Demo(logins=list(parts.settings.demo_logins))
