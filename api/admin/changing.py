"""Entities that may be changed: in the shapes of the API, by its services, with its refusals."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette_admin import BaseField, BooleanField, EnumField, StringField, TextAreaField
from starlette_admin.exceptions import ActionFailed, FormValidationError

from api.admin.acting import caller_of, id_of, perform
from api.admin.entity import Entity, Row
from api.auth import Caller
from api.preconditions import Edit
from api.services import Services
from storage.engine import WriteSession
from storage.panel.sheets import Sheet


class Changeable(Entity):
    """An entity with a form; what the API's shape does not have cannot be written."""

    shape: ClassVar[type[BaseModel]]
    writable: ClassVar[tuple[str, ...]]
    """Fields of the shape, in the order of the form."""
    permission: ClassVar[str]

    def __init__(self, sheet: Sheet) -> None:
        """Put fields that can be written in place of those that cannot."""
        super().__init__(sheet)
        shown = {one.name: one for one in self.fields}
        kinds = {one.name: one.kind for one in sheet.shown}
        for name in self.writable:
            made = _written(name, kinds.get(name, "text"), self.shape.model_fields[name])
            before = shown[name]
            made.filters, made.exclude_from_list = before.filters, before.exclude_from_list
            made.orderable, made.searchable = before.orderable, before.searchable
            made.label, shown[name] = before.label, made
        self.fields = list(shown.values())
        self._init_fields()

    def can_edit(self, request: Request) -> bool:
        """Whoever may change it over the API."""
        return self.permission in caller_of(request).account.permissions

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Row:  # noqa: ANN401
        """Change what differs from what is there.

        Raises:
            FormValidationError: when the API would not take it.
        """
        before = await self.find_by_pk(request, pk)
        if before is None:
            raise HTTPException(404)
        new = {
            name: value
            for name, value in data.items()
            if name in self.writable and value != _typed(getattr(before, name))
        }
        body = self._body(new)
        row_id = id_of(str(pk))

        async def work(parts: Services, session: WriteSession, caller: Caller) -> None:
            await self.change(parts, session, caller, row_id, body)

        try:
            await perform(request, work)
        except ActionFailed as error:
            raise FormValidationError({self.writable[0]: error.msg}) from error
        after = await self.find_by_pk(request, pk)
        return after or before

    def _body(self, data: Mapping[str, Any]) -> BaseModel:
        try:
            return self.shape.model_validate(data)
        except ValidationError as error:
            raise FormValidationError(
                {
                    str(one["loc"][0]) if one["loc"] else self.writable[0]: one["msg"]
                    for one in error.errors(include_input=False, include_url=False)
                }
            ) from error

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


def _typed(value: object) -> object:
    """What a form sends for a value that nobody touched."""
    return value if value is None or isinstance(value, bool) else str(value)


def _written(name: str, kind: str, info: FieldInfo) -> BaseField:
    choices = _choices(info.annotation)
    if choices:
        return EnumField(name, choices=choices)
    if kind == "bool":
        return BooleanField(name)
    return TextAreaField(name) if kind == "long" else StringField(name)


def _choices(annotation: object) -> list[str]:
    """Values of a Literal, wherever it is in the annotation."""
    if get_origin(annotation) is Literal:
        return [str(one) for one in get_args(annotation)]
    return next((found for one in get_args(annotation) if (found := _choices(one))), [])
