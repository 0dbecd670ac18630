"""Addresses that callers give and the worker is to call: refused at once where it would refuse."""

from collections.abc import Mapping
from typing import Final

from api.errors import FieldProblem, InvalidInputError
from api.settings import Settings
from gateways.public_address import NO_URL, NOT_HTTPS, NOT_PUBLIC, objection

_REASONS: Final[Mapping[str, str]] = {
    NO_URL: "is no address that can be called",
    NOT_HTTPS: "must begin with https://",
    NOT_PUBLIC: "must be on the public network: this address is private",
}


def check_address(settings: Settings, url: str, field: str) -> None:
    """Hold an address against the rule by which the worker calls.

    What a name leads to is seen when it is called: names change.

    Raises:
        InvalidInputError: The worker would never call it.
    """
    reason = objection(url, allow_private=settings.private_addresses)
    if reason is not None:
        problem = FieldProblem(location="body", field=field, reason=_REASONS[reason])
        raise InvalidInputError(errors=[problem])
