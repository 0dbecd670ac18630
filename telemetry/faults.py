"""What is wrong with a program's settings, in words."""

from collections.abc import Mapping

from pydantic import ValidationError


def faults_of(error: ValidationError, among: Mapping[str, str] | None = None) -> list[str]:
    """Say of each wrong variable what is wrong; only of those in `among`, if that is given.

    The value is left out: it may be a secret.
    """
    named = [
        (f"JEG_{str(one['loc'][0]).upper()}" if one["loc"] else "", str(one["msg"]))
        for one in error.errors(include_input=False, include_url=False)
    ]
    return [
        f"{name}: {message}" if name else message
        for name, message in named
        if among is None or name in among
    ]
