"""The resource /api/auth/."""

from fastapi import APIRouter, status

from api.accounts import service
from api.accounts.schemas import AccountInput, LoggedIn, Login, RefreshInput, TokenPair, User
from api.auth import CurrentCaller
from api.services import Shared

router = APIRouter(prefix="/api/auth", tags=["accounts"])


@router.post("/register/", status_code=status.HTTP_201_CREATED)
async def register(parts: Shared, body: AccountInput) -> LoggedIn:
    """Open an account, with the role patient."""
    return await service.register(parts, body)


@router.post("/login/")
async def login(parts: Shared, body: Login) -> LoggedIn:
    """Log in with e-mail address and password."""
    return await service.log_in(parts, body)


@router.post("/token/refresh/")
async def refresh_token(parts: Shared, body: RefreshInput) -> TokenPair:
    """Exchange a refresh token, once, for a new access token and a new refresh token.

    A refresh token that is used a second time ends the login that it came from.
    """
    return await service.refresh(parts, body.refresh.get_secret_value())


@router.post("/logout/", status_code=status.HTTP_204_NO_CONTENT)
async def logout(parts: Shared, body: RefreshInput) -> None:
    """End the login that a refresh token comes from. Access tokens live on for their minutes."""
    await service.log_out(parts, body.refresh.get_secret_value())


@router.get("/profile/")
async def get_profile(caller: CurrentCaller) -> User:
    """Who is logged in."""
    return User.model_validate(caller.account, from_attributes=True)
