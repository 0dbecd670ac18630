"""How what the API takes is typed into the panel's forms."""

# ruff: noqa: ARG002 - the library hands in what not every answer needs

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from starlette.requests import Request
from starlette_admin import BaseField, BooleanField, StringField, TextAreaField

from api.admin.fields import ChoiceField

_TYPES: Final = {"date": "date", "clock": "time"}
"""Kinds of columns for which browsers have inputs of their own."""


@dataclass
class LinesField(TextAreaField):
    """A list, one of it on each line."""

    rows: int = 4

    async def serialize_value(self, request: Request, value: Sequence[Any]) -> str:
        """As it is typed."""
        return self.text(value)

    def text(self, value: Sequence[Any]) -> str:
        """A list as it is typed."""
        return "\n".join(self.line(one) for one in value)

    def parts(self, text: str) -> list[Any]:
        """The list that was typed.

        Raises:
            ValueError: when a line is none of it, with why.
        """
        return [self.part(line.strip()) for line in text.splitlines() if line.strip()]

    def line(self, one: Any) -> str:  # noqa: ANN401 - whatever it is a list of
        """One of the list."""
        return str(one)

    def part(self, line: str) -> Any:  # noqa: ANN401 - as above
        """What a line says."""
        return line


@dataclass
class StepsField(LinesField):
    """Steps of an escalation policy: seconds, whom, over which channels."""

    help_text: str | None = (
        "On each line seconds, whom (assignee, care_team, ward_role:clinician, user:ID or "
        "emergency_contact) and channels, such as: 120 care_team in_app,sms"
    )

    def line(self, one: dict[str, Any]) -> str:
        """`120 ward_role:clinician in_app,sms`."""
        whom = ":".join(str(one[name]) for name in ("who", "role", "user_id") if one.get(name))
        return f"{one['after_seconds']:g} {whom} {','.join(one['channels'])}"

    def part(self, line: str) -> dict[str, Any]:
        """The same, read; the shape of the API holds the words."""
        words = line.split(maxsplit=2)
        if len(words) < len(("seconds", "whom", "channels")):
            message = "each line has seconds, whom and channels, such as: 120 care_team in_app,sms"
            raise ValueError(message)
        seconds, (who, _, which), channels = words[0], words[1].partition(":"), words[2]
        named = {"user": "user_id"}.get(who, "role")
        step = {
            "after_seconds": seconds,
            "who": who,
            "channels": [one.strip() for one in channels.split(",")],
        }
        return step | ({named: which} if which else {})


FIELDS: Final[dict[str, Callable[..., BaseField]]] = {"steps": StepsField}
"""Columns that are typed in a way of their own."""


def written(name: str, kind: str, info: FieldInfo, choices: Sequence[str] = ()) -> BaseField:
    """The field of a form for a column of this kind, whose values the API takes as `info` says."""
    help_text = (info.description or "").replace("`", "") or None
    words = list(choices) or _choices(info.annotation)
    if not words and kind == "bool" and type(None) in get_args(info.annotation):
        words = ["true", "false"]
    if words:
        return ChoiceField(name, choices=words, help_text=help_text)
    if kind == "bool":
        return BooleanField(name, help_text=help_text)
    if name in FIELDS:
        return FIELDS[name](name)
    if _is_list(info.annotation):
        told = f"{help_text} One on each line." if help_text else "One on each line."
        return LinesField(name, help_text=told)
    if kind == "long":
        return TextAreaField(name, help_text=help_text)
    return StringField(name, input_type=_TYPES.get(kind, "text"), help_text=help_text)


def _is_list(annotation: object) -> bool:
    if get_origin(annotation) in {Union, UnionType}:
        return any(_is_list(one) for one in get_args(annotation))
    return get_origin(annotation) is list


def _choices(annotation: object) -> list[str]:
    """Values of a Literal, wherever it is in the annotation."""
    if get_origin(annotation) is Literal:
        return [str(one) for one in get_args(annotation)]
    if get_origin(annotation) is list:
        return []
    return next((found for one in get_args(annotation) if (found := _choices(one))), [])
