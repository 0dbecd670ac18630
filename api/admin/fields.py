"""How columns look in the panel, and by which questions each kind of them can be filtered."""

# ruff: noqa: ARG002 - the library hands in what not every answer needs

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette_admin import (
    BaseField,
    BooleanField,
    DateTimeField,
    EnumField,
    HasOne,
    JSONField,
    StringField,
)
from starlette_admin.filters import BaseFilter, FilterApplyContext, FilterDataType
from starlette_admin.helpers import detail_url

from storage.panel.sheets import Sheet, Shown
from storage.panel.tables import SHEETS
from storage.queries.panel import Rule
from storage.queries.panel_search import is_numbered, names
from telemetry.metrics import METRICS_BY_ID


class _Told(BaseFilter):
    """A question that storage answers."""

    def parse_value(self, raw: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Leave what was typed to storage, which knows the column."""
        return raw

    def apply(self, ctx: FilterApplyContext) -> Rule:
        """Tell what was asked."""
        return Rule(ctx.field_name, self.name, ctx.value, ctx.value2)


class Equal(_Told):
    """Exactly this."""

    name, label, data_type = "eq", "Is", FilterDataType.STRING


class StartsWith(_Told):
    """The beginning of it, whatever the case."""

    name, label, data_type = "startswith", "Starts with", FilterDataType.STRING


class Contains(_Told):
    """Any part of it, whatever the case."""

    name, label, data_type = "contains", "Contains", FilterDataType.STRING


class From(_Told):
    """This or more."""

    name, label, data_type = "gte", "At least", FilterDataType.STRING


class Until(_Told):
    """This or less."""

    name, label, data_type = "lte", "At most", FilterDataType.STRING


class Since(_Told):
    """Then or later."""

    name, label, data_type = "gte", "Since (UTC)", FilterDataType.DATETIME


class Before(_Told):
    """Then or earlier."""

    name, label, data_type = "lte", "Until (UTC)", FilterDataType.DATETIME


class Between(_Told):
    """From one time to another."""

    name, label, data_type = "between", "Between (UTC)", FilterDataType.DATETIME
    has_value2 = True


class IsTrue(_Told):
    """Yes."""

    name, label, data_type = "is_true", "Is true", FilterDataType.NONE


class IsFalse(_Told):
    """No."""

    name, label, data_type = "is_false", "Is false", FilterDataType.NONE


class IsNull(_Told):
    """There is none."""

    name, label, data_type = "is_null", "Is empty", FilterDataType.NONE


PARTS: Final[list[type[BaseFilter]]] = [StartsWith, Contains]
"""Of texts, where an index has their parts or rows are few."""
FILTERS: Final[dict[str, list[type[BaseFilter]]]] = {
    "id": [Equal, IsNull],
    "text": [Equal],
    "long": [],
    "whole": [Equal, From, Until],
    "number": [Equal, From, Until],
    "bool": [IsTrue, IsFalse],
    "time": [Since, Before, Between, IsNull],
    "date": [Equal, From, Until, IsNull],
    "clock": [],
    "data": [],
}


@dataclass
class TimeField(DateTimeField):
    """A moment, in UTC."""

    async def serialize_value(self, request: Request, value: dt.datetime) -> str:
        """To the second."""
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@dataclass
class PlainField(StringField):
    """Whatever its text is."""

    async def serialize_value(self, request: Request, value: object) -> str:
        """Its text."""
        return str(value)


@dataclass
class ChoiceField(EnumField):
    """One of several words; what is there already may be another one, or in another case."""

    async def serialize_value(self, request: Request, value: object) -> str:
        """As the form has it, where it has it."""
        known = {str(one).lower(): str(one) for one, _ in self._get_choices(request)}
        return known.get(str(value).lower(), str(value))


@dataclass
class MetricField(StringField):
    """A metric by its name instead of its number."""

    async def serialize_value(self, request: Request, value: object) -> str:
        """Its name, or what it is where it has none."""
        known = METRICS_BY_ID.get(value) if isinstance(value, int) else None
        return str(value) if known is None else known.code


def _place(
    request: Request,
    obj: Any,  # noqa: ANN401 - as above
    name: str,
    table: str,
) -> dict[str, str] | None:
    """Where a row is that a column names, and what it is called."""
    value = getattr(obj, name)
    if value is None:
        return None
    text = obj.line.names.get(name) or str(value)
    return {"text": text, "url": detail_url(request, table, str(value)), "pk": str(value)}


@dataclass
class LinkField(StringField):
    """The row of another table."""

    to: str = ""
    list_template: str = "panel/link.html"
    detail_template: str = "panel/link.html"

    async def parse_obj(self, request: Request, obj: Any) -> Any:  # noqa: ANN401 - as above
        """Where it is, and what it is called."""
        return _place(request, obj, self.name, self.to)

    async def serialize_value(self, request: Request, value: dict[str, str]) -> dict[str, str]:
        """Both, for the template."""
        return value


@dataclass
class LinkInput(HasOne):
    """The row of another table, picked from those that are called as somebody types."""

    list_template: str = "panel/link.html"
    detail_template: str = "panel/link.html"
    form_template: str = "panel/pick.html"

    async def parse_obj(self, request: Request, obj: Any) -> Any:  # noqa: ANN401 - as above
        """Where it is, and what it is called."""
        return _place(request, obj, self.name, str(self.key))

    async def serialize_value(self, request: Request, value: Any) -> Any:  # noqa: ANN401 - as above
        """Both, for the template."""
        return value


def field_of(sheet: Sheet, shown: Shown) -> BaseField:
    """The field of a column; nothing can be written into it."""
    common: dict[str, Any] = {
        "read_only": True,
        "filters": _filters(shown),
        "exclude_from_list": bool(sheet.columns) and shown.name not in sheet.columns,
        "exclude_from_create": True,
        "exclude_from_edit": True,
    }
    label = spoken(shown.name).capitalize() or shown.name
    if shown.links_to in SHEETS:
        return LinkField(shown.name, to=str(shown.links_to), label=label, **common)
    if shown.name == "metric" and shown.kind == "whole":
        return MetricField(shown.name, label=label, **common)
    kinds: dict[str, type[BaseField]] = {
        "bool": BooleanField,
        "time": TimeField,
        "data": JSONField,
    }
    label = "ID" if shown.name == "id" else shown.name.replace("_", " ").capitalize()
    return kinds.get(shown.kind, PlainField)(shown.name, label=label, **common)


def _filters(shown: Shown) -> list[type[BaseFilter]]:
    if not shown.filtered:
        return []
    in_parts = shown.searched and shown.kind in {"text", "long"}
    return [*FILTERS[shown.kind], *(PARTS if in_parts else ())]


def spoken(column: str) -> str:
    """A column as people say it."""
    return column.removesuffix("_id").replace("_", " ")


def looked_at(sheet: Sheet) -> str:
    """What of a sheet's rows is looked at for what somebody types; empty where nothing is."""
    own = [*sheet.search, *sheet.values, *sheet.starts]
    words = [*map(spoken, own), *(["words of its title"] if sheet.text is not None else [])]
    by_name = [spoken(one.name) for one in names(sheet)]
    if sheet.people is not None:
        by_name.append("patient")
    if by_name:
        words.append(f"name of {', '.join(by_name)}")
    if any(one.kind == "id" and one.indexed for one in sheet.shown):
        words.append("id")
    if is_numbered(sheet):
        words.append("number")
    return ", ".join(words).capitalize()
