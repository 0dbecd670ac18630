"""ETag and If-Match: who changes something changes what they saw, and nothing newer.

A resource that counts its versions has the version as its tag; any other has a digest of what it
looks like, made by `tag_of`. Without If-Match, or with `*`, whatever is current is changed.

Source: RFC 9110, sections 8.8.3 and 13.1.1.
"""

import hashlib
import re
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from api.errors import FieldProblem, InvalidInputError, PreconditionFailedError
from storage.engine import WriteSession
from storage.queries.locks import lock

MAX_TAGS_LENGTH: Final = 500
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]{1,64})"')
_VERSION: Final = re.compile(r"\d{1,9}")
_DIGEST_CHARACTERS: Final = 22
_ABOUT: Final = (
    "ETag of the resource as the caller saw it; several with commas. At any other one nothing is "
    "changed and the answer is 412. Left out or `*`: whatever is current is changed."
)


class Edit:
    """A change of a resource that is looked at first: `lock` it, look, `check`, change it."""

    def __init__(self, tags: frozenset[str] | None, path: str) -> None:
        """Take the tags that were seen, and the path of the resource."""
        self._tags = tags
        self._path = path

    async def lock(self, session: WriteSession, whose: UUID) -> None:
        """Wait for whoever changes this resource of this person; keep others out until the end."""
        await lock(session, f"{self._path}:{whose}")

    def check(self, current: BaseModel) -> None:
        """Hold what the resource looks like now against what was seen.

        Raises:
            PreconditionFailedError: when it is something else; its ETag tells what.
        """
        now = tag_of(current)
        if self._tags is not None and now not in self._tags:
            raise PreconditionFailedError(headers={"ETag": f'"{now}"'})


async def _tags(
    if_match: Annotated[str | None, Header(max_length=MAX_TAGS_LENGTH, description=_ABOUT)] = None,
) -> frozenset[str] | None:
    """Read If-Match.

    Raises:
        InvalidInputError: when it is no list of tags.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = [_TAG.fullmatch(one.strip()) for one in if_match.split(",")]
    tags = [one for one in found if one is not None]
    if len(tags) < len(found):
        problem = FieldProblem(location="header", field="If-Match", reason="is no list of ETags")
        raise InvalidInputError(errors=[problem])
    # A weak tag never matches here (section 8.8.3.2).
    return frozenset(one[2] for one in tags if not one[1])


Tags = Annotated[frozenset[str] | None, Depends(_tags)]


async def _versions(tags: Tags) -> frozenset[int] | None:
    # A tag that is no version is nobody's: it matches nothing.
    return None if tags is None else frozenset(int(one) for one in tags if _VERSION.fullmatch(one))


async def _edit(request: Request, tags: Tags) -> Edit:
    return Edit(tags, request.url.path)


SeenVersions = Annotated[frozenset[int] | None, Depends(_versions)]
"""Versions that were seen, one of which must be current; None where the request named none."""

Editing = Annotated[Edit, Depends(_edit)]


def tag_of(shown: BaseModel) -> str:
    """Tag of what a resource looks like."""
    return hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:_DIGEST_CHARACTERS]


def tag(response: Response, current: str | int) -> None:
    """Send a resource's tag with it."""
    response.headers["ETag"] = f'"{current}"'


Shown = TypeVar("Shown", bound=BaseModel)


def tagged(response: Response, shown: Shown) -> Shown:
    """Send what a resource looks like with its tag."""
    tag(response, tag_of(shown))
    return shown
