"""Entities that may be changed: in the shapes of the API, by its services, with its refusals."""

# ruff: noqa: ARG002 - what not every entity needs is handed in to all

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette_admin import BaseField, BooleanField, StringField, TextAreaField
from starlette_admin.exceptions import ActionFailed, FormValidationError

from api.admin.acting import Work, caller_of, id_of, perform
from api.admin.entity import Entity, Row
from api.admin.fields import ChoiceField, LinkField, LinkInput
from api.auth import Caller
from api.preconditions import Edit
from api.services import Services
from storage.engine import WriteSession
from storage.panel.sheets import Sheet

TEXTS: Final = frozenset({"text", "long"})


class Changeable(Entity):
    """An entity with a form; what the API's shape does not have cannot be written."""

    shape: ClassVar[type[BaseModel]]
    writable: ClassVar[tuple[str, ...]]
    """Fields of the shape, in the order of the form."""
    permission: ClassVar[str]
    making: ClassVar[type[BaseModel] | None] = None
    """Shape of a new one; None: they come from elsewhere."""

    def __init__(self, sheet: Sheet) -> None:
        """Put fields that can be written in place of those that cannot."""
        super().__init__(sheet)
        shown = {one.name: one for one in self.fields}
        kinds = {one.name: one.kind for one in sheet.shown}
        for name in self.writable:
            made = _written(name, kinds.get(name, "text"), self.shape.model_fields[name])
            before = shown[name]
            if isinstance(before, LinkField):
                made = LinkInput(name, to=before.to)
            made.filters, made.exclude_from_list = before.filters, before.exclude_from_list
            made.orderable, made.searchable = before.orderable, before.searchable
            made.label, shown[name] = before.label, made
        self.fields = list(shown.values())
        self._init_fields()

    def can_edit(self, request: Request) -> bool:
        """Whoever may change it over the API."""
        return self.permission in caller_of(request).account.permissions

    def can_create(self, request: Request) -> bool:
        """Whoever may, where the API makes them of the same fields."""
        return self.making is not None and self.can_edit(request)

    async def create(self, request: Request, data: dict[str, Any]) -> Row:
        """Make one.

        Raises:
            FormValidationError: when the API would not take it.
        """
        if self.making is None:
            raise HTTPException(403)
        body = self._body(
            self.making, {name: one for name, one in data.items() if one not in {"", None}}
        )
        made: list[UUID] = []

        async def work(parts: Services, session: WriteSession, caller: Caller) -> None:
            made.append(await self.make(parts, session, caller, body))

        await self._perform(request, work)
        row = await self.find_by_pk(request, made[0])
        if row is None:
            raise HTTPException(404)
        return row

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Row:  # noqa: ANN401
        """Change what differs from what is there.

        Raises:
            FormValidationError: when the API would not take it.
        """
        before = await self.find_by_pk(request, pk)
        if before is None:
            raise HTTPException(404)
        kinds = {one.name: one.kind for one in self.sheet.shown}
        new = {
            name: None if value == "" and kinds[name] not in TEXTS else value
            for name, value in data.items()
            if name in self.writable
            and value is not None
            and _sent(value) != _sent(getattr(before, name))
        }
        body, row_id = self._body(self.shape, new), id_of(str(pk))

        async def work(parts: Services, session: WriteSession, caller: Caller) -> None:
            await self.change(parts, session, caller, row_id, body)

        await self._perform(request, work)
        return await self.find_by_pk(request, pk) or before

    async def _perform(self, request: Request, work: Work) -> None:
        try:
            await perform(request, work)
        except ActionFailed as error:
            raise FormValidationError({self.writable[0]: error.msg}) from error

    def _body(self, shape: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
        try:
            return shape.model_validate(data)
        except ValidationError as error:
            raise FormValidationError(
                {
                    str(one["loc"][0]) if one["loc"] else self.writable[0]: one["msg"]
                    for one in error.errors(include_input=False, include_url=False)
                }
            ) from error

    async def make(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        body: Any,  # noqa: ANN401
    ) -> UUID:
        """Do what the API's endpoint does; needed where `making` is set."""
        raise HTTPException(403)

    @abstractmethod
    async def change(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        row_id: UUID,
        body: Any,  # noqa: ANN401
    ) -> None:
        """Do what the API's endpoint does."""


def whatever_is_current(path: str) -> Edit:
    """A change without If-Match."""
    return Edit(None, path)


def _sent(value: object) -> object:
    """What a form sends for a value that nobody touched."""
    if isinstance(value, bool):
        return value
    return "" if value is None else str(value).replace("\r\n", "\n")


def _written(name: str, kind: str, info: FieldInfo) -> BaseField:
    choices = _choices(info.annotation)
    if choices:
        return ChoiceField(name, choices=choices)
    if kind == "bool":
        return BooleanField(name)
    return TextAreaField(name) if kind == "long" else StringField(name)


def _choices(annotation: object) -> list[str]:
    """Values of a Literal, wherever it is in the annotation."""
    if get_origin(annotation) is Literal:
        return [str(one) for one in get_args(annotation)]
    return next((found for one in get_args(annotation) if (found := _choices(one))), [])
