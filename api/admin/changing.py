"""Entities that are made or changed: in the shapes of the API, by its services and refusals."""

# ruff: noqa: ARG002 - what not every entity needs is handed in to all

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette_admin import RequestAction
from starlette_admin.exceptions import ActionFailed, FormValidationError

from api.admin.acting import Done, Turn, Work, caller_of, perform
from api.admin.entity import Entity, Row
from api.admin.fields import LinkField, LinkInput
from api.admin.inputs import LinesField, written
from api.errors import APIError, FieldProblem, NotFoundError
from api.preconditions import Edit
from api.problems import field_problem
from storage.panel.sheets import Sheet

TEXTS: Final = frozenset({"text", "long"})
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Changeable(Entity):
    """An entity with a form; what the API's shapes do not have cannot be written."""

    making: ClassVar[type[BaseModel] | None] = None
    """Shape of a new one; None: they come from elsewhere."""
    shape: ClassVar[type[BaseModel] | None] = None
    """Shape of a change; None: what is there stays."""
    writable: ClassVar[tuple[str, ...]]
    """Columns that the form has."""
    permission: ClassVar[str]
    settled: ClassVar[frozenset[str]] = frozenset()
    """Columns that are written once, and said again with each change."""
    whole: ClassVar[bool] = False
    """A change says everything, as PUT does, so that what is empty is left out."""
    anew: ClassVar[frozenset[str]] = frozenset()
    """Columns that are typed anew with each change."""
    named: ClassVar[Mapping[str, str]] = _NONE
    """Column -> field of the shapes, where they do not have the same name."""
    choices: ClassVar[Mapping[str, Sequence[str]]] = _NONE
    """Column -> what there is to choose from, where the shapes do not say."""

    def __init__(self, sheet: Sheet) -> None:
        """Put fields that can be written in place of those that cannot."""
        super().__init__(sheet)
        shown = {one.name: one for one in self.fields}
        self._kinds = {one.name: one.kind for one in sheet.shown}
        infos = {
            name: info
            for one in (self.making, self.shape)
            if one is not None
            for name, info in one.model_fields.items()
        }
        for name in self.writable:
            made = written(
                name, self._kinds[name], infos[self._named(name)], self.choices.get(name, ())
            )
            before = shown[name]
            if isinstance(before, LinkField):
                made = LinkInput(name, key=before.to, help_text=made.help_text)
            made.filters, made.exclude_from_list = before.filters, before.exclude_from_list
            made.orderable, made.searchable = before.orderable, before.searchable
            made.exclude_from_create = not self._has(self.making, name)
            made.exclude_from_edit = name in self.settled or not self._has(self.shape, name)
            if name in self.anew:
                made.formatter = {RequestAction.EDIT: lambda _request, _value: ""}
            made.label, shown[name] = before.label, made
        self.fields = list(shown.values())
        self._lists = {one.name: one for one in self.fields if isinstance(one, LinesField)}
        self._init_fields()

    def _named(self, column: str) -> str:
        return self.named.get(column, column)

    def _has(self, shape: type[BaseModel] | None, column: str) -> bool:
        return shape is not None and self._named(column) in shape.model_fields

    def can_edit(self, request: Request) -> bool:
        """Whoever may change it over the API."""
        return self.shape is not None and self._may(request)

    def can_create(self, request: Request) -> bool:
        """Whoever may, where the API makes them of the same fields."""
        return self.making is not None and self._may(request)

    def _may(self, request: Request) -> bool:
        return self.permission in caller_of(request).account.permissions

    def holds(self, row: Row) -> bool:
        """Whether a row can be changed still."""
        return True

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What is over stays what it is."""
        if name == "edit" and not self.holds(obj):
            return False
        return await super().is_row_action_allowed_for_obj(request, name, obj)

    async def create(self, request: Request, data: dict[str, Any]) -> Row:
        """Make one.

        Raises:
            FormValidationError: when the API would not take it.
        """
        if self.making is None:
            raise HTTPException(403)
        body = self._body(self.making, _given(data))
        made = await self._perform(request, lambda turn: self.make(turn, body))
        return await self._found(request, made)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Row:  # noqa: ANN401
        """Change what differs from what is there, or all of it where a change says everything.

        Raises:
            FormValidationError: when the API would not take it.
        """
        if self.shape is None:
            raise HTTPException(403)
        before = await self._found(request, pk)
        typed = {
            name: value
            for name, value in data.items()
            if name in self.writable and name not in self.settled
        }
        kept = {name: getattr(before, name) for name in self.settled}
        new = _given(kept | typed) if self.whole else kept | self._differing(before, typed)
        body = self._body(self.shape, new)
        after = await self._perform(request, lambda turn: self.change(turn, before, body))
        return await self._found(request, after or pk)

    def _differing(self, before: Row, typed: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: None if value == "" and self._kinds[name] not in TEXTS | {"data"} else value
            for name, value in typed.items()
            if value is not None and _sent(value) != _sent(self._text(before, name))
        }

    def _text(self, row: Row, name: str) -> object:
        """What the form shows of a column."""
        value = getattr(row, name)
        listed = self._lists.get(name)
        return value if listed is None or value is None else listed.text(value)

    async def _found(self, request: Request, pk: object) -> Row:
        row = await self.find_by_pk(request, pk)
        if row is None:
            raise HTTPException(404, NotFoundError.title())
        return row

    async def _perform(self, request: Request, work: Work[Done]) -> Done:
        try:
            return await perform(request, work)
        except ActionFailed as error:
            known = error.__cause__.errors if isinstance(error.__cause__, APIError) else []
            raise FormValidationError(self._told(known) or {self._first: error.msg}) from error

    def _body(self, shape: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
        """What was typed, as the API takes it."""
        read: dict[str, Any] = {}
        for name, value in data.items():
            listed = self._lists.get(name)
            try:
                read[self._named(name)] = value if listed is None else listed.parts(value)
            except ValueError as error:
                raise FormValidationError({name: str(error)}) from error
        try:
            return shape.model_validate(read)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            problems = [field_problem(one | {"loc": ("body", *one["loc"])}) for one in found]
            raise FormValidationError(self._told(problems)) from error

    @property
    def _first(self) -> str:
        return next((one for one in self.writable if one not in self.settled), self.writable[0])

    def _told(self, problems: Sequence[FieldProblem]) -> dict[str | int, Any]:
        """Column -> what is wrong with it; what is of no column is told at the first one."""
        columns = {self._named(name): name for name in self.writable}
        told: dict[str | int, Any] = {}
        for one in problems:
            field, _, rest = one.field.partition(".")
            where = rest if field in columns else one.field
            told.setdefault(columns.get(field, self._first), f"{where} {one.reason}".strip())
        return told

    async def make(self, turn: Turn, body: Any) -> UUID | str:  # noqa: ANN401
        """Do what the API's endpoint does, and give the key; needed where `making` is set."""
        raise HTTPException(403)

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """Do what the API's endpoint does; the key, where it is another one from now on."""
        raise HTTPException(403)


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in data.items() if one not in {"", None}}


def whatever_is_current(path: str) -> Edit:
    """A change without If-Match."""
    return Edit(None, path)


def _sent(value: object) -> object:
    """What a form sends for a value that nobody touched."""
    if isinstance(value, bool):
        return value
    return "" if value is None else str(value).replace("\r\n", "\n")
