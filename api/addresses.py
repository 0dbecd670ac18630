"""Addresses that callers give and the worker is to call: refused at once where it would refuse."""

from collections.abc import Mapping
from typing import Final

from api.errors import FieldProblem, InvalidInputError
from api.settings import Settings
from gateways.outgoing import RefusedError, TryLaterError
from gateways.public_address import NO_URL, NOT_HTTPS, NOT_PUBLIC, objection, place_of

_REASONS: Final[Mapping[str, str]] = {
    NO_URL: "is no address that can be called",
    NOT_HTTPS: "must begin with https://",
    NOT_PUBLIC: "must be on the public network: this address is private",
}


async def check_address(settings: Settings, url: str, field: str) -> None:
    """Hold an address against the rule by which the worker calls.

    A name is looked up here, and again whenever it is called: names change. One that is not found
    now is taken, since it may be found then.

    Raises:
        InvalidInputError: The worker would not call it.
    """
    allow_private = settings.private_addresses
    reason = objection(url, allow_private=allow_private)
    if reason is None and not allow_private and not await _is_public_now(url):
        reason = NOT_PUBLIC
    if reason is not None:
        problem = FieldProblem(location="body", field=field, reason=_REASONS[reason])
        raise InvalidInputError(errors=[problem])


async def _is_public_now(url: str) -> bool:
    """Whether the name of a URL leads to public addresses alone, or to none at this time."""
    try:
        await place_of("address", url)
    except RefusedError:
        return False
    except TryLaterError:
        pass
    return True
