"""The resource /api/auth/: one's own profile, picture, addresses and password."""

from typing import Annotated
from uuid import UUID

from fastapi import File, UploadFile, status
from fastapi.responses import Response

from api.accounts import images, passwords, profile, verification
from api.accounts.factor_schemas import CodeInput, TokenInput
from api.accounts.origin import CallerOrigin
from api.accounts.profile_schemas import Profile, ProfileInput, ProfilePatch
from api.accounts.schemas import EmailChange, EmailInput, PasswordChange, PasswordReset
from api.auth import AccountUser
from api.idempotency import Router
from api.links import Signature, Until
from api.preconditions import Editing
from api.routing import LENIENT
from api.services import Shared
from api.sessions import Reading, Writing, WritingLater

router = Router(prefix="/api/auth", tags=["accounts"])


@router.get("/profile/")
async def get_profile(
    parts: Shared, session: Reading, caller: AccountUser, response: Response
) -> Profile:
    """Who is logged in, with everything that the account says of them."""
    return profile.with_tag(response, await profile.shown(parts, session, caller))


@router.put("/profile/")
async def replace_profile(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    session: Writing,
    caller: AccountUser,
    edit: Editing,
    body: ProfileInput,
    response: Response,
) -> Profile:
    """Set the whole profile: what is left out is emptied."""
    changed = await profile.change(parts, session, caller, edit, body.model_dump())
    return profile.with_tag(response, changed)


@router.patch("/profile/")
async def change_profile(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    session: Writing,
    caller: AccountUser,
    edit: Editing,
    body: ProfilePatch,
    response: Response,
) -> Profile:
    """Set some fields of the profile: what is left out stays."""
    sent = body.model_dump(exclude_unset=True)
    return profile.with_tag(response, await profile.change(parts, session, caller, edit, sent))


@router.put("/profile/image/", status_code=status.HTTP_204_NO_CONTENT)
async def set_image(
    parts: Shared,
    caller: AccountUser,
    image: Annotated[UploadFile, File(description="JPEG, PNG or WebP, 5 MiB at most.")],
) -> None:
    """Set the picture; it is drawn anew, at most 512 x 512, without what cameras write into it."""
    await images.upload(parts, caller.id, image)


@router.delete("/profile/image/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_image(parts: Shared, caller: AccountUser) -> None:
    """Take the picture away."""
    await images.remove(parts, caller.id)


@router.get(
    "/images/{name}/",
    dependencies=[LENIENT],
    response_class=Response,
    responses={200: {"content": {images.MEDIA_TYPE: {}}}},
)
async def get_image(
    parts: Shared,
    name: UUID,
    until: Until,
    signature: Signature,
) -> Response:
    """The picture that a profile's `profile_image` leads to, until it runs out."""
    content = await images.read(parts, name, until, signature)
    cached = {"Cache-Control": f"private, max-age={images.LINK_SECONDS}"}
    return Response(content, media_type=images.MEDIA_TYPE, headers=cached)


@router.post("/email/verify/", status_code=status.HTTP_204_NO_CONTENT)
async def verify_email(parts: Shared, body: TokenInput) -> None:
    """Prove an e-mail address by the token of a link; a changed one becomes the account's.

    400: the link is wrong, used or too old.
    """
    await verification.prove_email(parts, body.token.get_secret_value())


@router.post("/email/verify/send/", status_code=status.HTTP_202_ACCEPTED)
async def send_email_link(session: Writing, caller: AccountUser) -> None:
    """Mail the link again, unless the address is proved. 429: five were sent in an hour."""
    await verification.send_again(session, caller.id)


@router.post("/email/change/", status_code=status.HTTP_202_ACCEPTED)
async def change_email(
    parts: Shared,
    begin: WritingLater,
    caller: AccountUser,
    origin: CallerOrigin,
    body: EmailChange,
) -> None:
    """Mail a link to another address, which becomes the account's when the link is followed.

    The present address is told. The answer is the same for one that has an account.
    """
    password = body.current_password.get_secret_value()
    await passwords.confirm_password(parts, caller, password, origin)
    await profile.ask_email(await begin(), caller, body.email)


@router.post("/phone/verify/send/", status_code=status.HTTP_202_ACCEPTED)
async def send_phone_code(session: Writing, caller: AccountUser) -> None:
    """Send a code to the profile's telephone, good for 10 minutes and five guesses.

    400: there is no number. 429: five were sent in an hour.
    """
    await verification.send_code(session, caller.id)


@router.post("/phone/verify/", status_code=status.HTTP_204_NO_CONTENT)
async def verify_phone(
    parts: Shared, begin: WritingLater, caller: AccountUser, body: CodeInput
) -> None:
    """Prove the profile's telephone by the code sent there. 400: it is wrong or too old."""
    await verification.prove_phone(parts, begin, caller.id, body.code)


@router.post("/password/change/", status_code=status.HTTP_204_NO_CONTENT)
async def change_password(
    parts: Shared,
    begin: WritingLater,
    caller: AccountUser,
    origin: CallerOrigin,
    body: PasswordChange,
) -> None:
    """Set another password; every other session ends. 400: the current one is wrong."""
    current, new = body.current_password.get_secret_value(), body.new_password.get_secret_value()
    await passwords.confirm_password(parts, caller, current, origin)
    await passwords.change(parts, begin, caller, new)


@router.post("/password/reset/", status_code=status.HTTP_202_ACCEPTED)
async def ask_password_reset(parts: Shared, body: EmailInput) -> None:
    """Mail a link to set a password, good for an hour.

    The answer and its time are the same whether or not there is such an account.
    """
    await passwords.ask_reset(parts, body.email)


@router.post("/password/reset/confirm/", status_code=status.HTTP_204_NO_CONTENT)
async def reset_password(parts: Shared, origin: CallerOrigin, body: PasswordReset) -> None:
    """Set a password by the token of a link: every session ends, and a locked account opens.

    400: the link is wrong, used or too old. A second factor is still asked for at the next login.
    """
    token, new = body.token.get_secret_value(), body.new_password.get_secret_value()
    await passwords.reset(parts, token, new, origin)
