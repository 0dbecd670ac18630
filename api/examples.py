"""Examples for the description of the API, made of the shapes themselves so that they stay true.

A field's own `examples` come first, then what a field of that name usually holds, then whatever its
type and bounds allow. Tests hold every example against its shape, and those of bodies against the
rules that no JSON schema says.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

DEEPEST: Final = 6
_ID: Final = "5f0c2f4e-6d0a-4f5e-9f63-2a1f0c6f1b7e"
_BY_NAME: Final[Mapping[str, Any]] = {
    "access": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.…",
    "api_key": "mRc0V2k3o8Yb1f7Qd5sT9uW4xZ6aE2gH",
    "bed": "12",
    "code": "492817",
    "condition": "oxygen_saturation_low",
    "cursor": "WyIyMDI2LTExLTIyVDE0OjMwOjAwWiJd",
    "date_of_birth": "1958-03-14",
    "email": "ama.owusu@clinic.example",
    "field": "measured_at",
    "first_name": "Ama",
    "last_name": "Owusu",
    "location": "body",
    "metric": "heart_rate",
    "metric_type": "heart_rate",
    "name": "Ama Owusu",
    "new_password": "four words are a good one",
    "next": None,
    "password": "four words are a good one",
    "phone_number": "+233201234567",
    "reason": "Agreed on the ward round",
    "refresh": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.…",
    "time_zone": "Africa/Accra",
    "unit": "/min",
    "user_agent": "Mozilla/5.0",
    "value": 72,
    "ward": "3B",
}
_BY_FORMAT: Final[Mapping[str, Any]] = {
    "binary": "",
    "date": "2026-11-22",
    "date-time": "2026-11-22T14:30:00Z",
    "email": "ama.owusu@clinic.example",
    "password": "four words are a good one",
    "time": "22:00:00",
    "uri": "https://clinic.example/hooks",
    "uuid": _ID,
}
_BY_PATTERN: Final = (
    "reboot",
    "https://clinic.example/hooks",
    "tBHItJI5svbpez7KI4CCXg",
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
)
_WORDS: Final = "An example. "
Show = Callable[[str, str, dict[str, Any]], None]
SHOWN: Final[dict[str, Show]] = {}
"""Beginning of a path -> what gives an operation there (path, method) examples of its own."""


class Examples:
    """Makes examples of the shapes of one description."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Know the shapes that others refer to."""
        self._schemas = schemas

    def of(self, schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:  # noqa: ANN401
        """An example of a shape; `name` is that of the field."""
        if "$ref" in schema:
            target = self._schemas[str(schema["$ref"]).rsplit("/", 1)[-1]]
            return self.of(target, name, depth)
        if schema.get("examples"):
            return schema["examples"][0]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._choice(schema[choice], name, depth)
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        return _scalar(schema, name)

    def _choice(self, options: list[Mapping[str, Any]], name: str, depth: int) -> Any:  # noqa: ANN401
        real = [one for one in options if one.get("type") != "null"]
        nullable = len(real) < len(options)
        if nullable and ((name in _BY_NAME and _BY_NAME[name] is None) or depth >= DEEPEST):
            return None
        return self.of(real[0], name, depth)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {
            name: self.of(one, name, depth + 1)
            for name, one in schema.get("properties", {}).items()
            if name in required or depth < DEEPEST
        }
        others = schema.get("additionalProperties")
        if not made and isinstance(others, dict) and depth < DEEPEST:
            key = schema.get("propertyNames", {})
            made[str(self.of(key, "metric", depth) if key else "heart_rate")] = self.of(
                others, "", depth + 1
            )
        return made

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(one, name, depth + 1) for one in schema["prefixItems"]]
        fewest = schema.get("minItems", 0)
        if depth >= DEEPEST and not fewest:
            return []
        return [self.of(schema.get("items", {}), name, depth + 1)] * max(1, fewest)


def _scalar(schema: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
    kind = schema.get("type")
    if kind == "boolean":
        return schema.get("default", True)
    if kind in {"integer", "number"}:
        return _number(schema, name)
    if kind == "null":
        return None
    if kind is None:
        return schema.get("default", {})
    return _text(schema, name)


def _number(schema: Mapping[str, Any], name: str) -> float:
    default = schema.get("default", _BY_NAME.get(name))
    if isinstance(default, int | float):
        return default
    step = 1 if schema["type"] == "integer" else 0.5
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + step)
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 2 * step))
    middle = (low + min(high, low + 2 * step)) / 2
    return int(middle) if schema["type"] == "integer" else middle


def _text(schema: Mapping[str, Any], name: str) -> str:
    if name != "date_of_birth" and schema.get("format") in _BY_FORMAT:
        return str(_BY_FORMAT[schema["format"]])
    default = _BY_NAME.get(name, schema.get("default"))
    text = default if isinstance(default, str) else name.replace("_", " ") or "text"
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, text):
        return next((one for one in _BY_PATTERN if re.search(pattern, one)), text)
    while len(text) < schema.get("minLength", 0):
        text += _WORDS
    return text[: schema.get("maxLength")]


def add_examples(described: dict[str, Any]) -> None:
    """Give every shape an example, and every parameter and body that has no shape of its own."""
    schemas = described["components"]["schemas"]
    examples = Examples(schemas)
    made = {name: examples.of(one) for name, one in schemas.items() if not one.get("examples")}
    for name, example in made.items():
        schemas[name]["examples"] = [example]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for beginning, show in SHOWN.items():
                if path.startswith(beginning):
                    show(path, method, operation)
            _add_to(operation, examples)


def _add_to(operation: dict[str, Any], examples: Examples) -> None:
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        if parameter.get("required") and "examples" not in schema:
            parameter["example"] = examples.of(schema, parameter["name"])
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for content in body.get("content", {}).values():
            schema = content.get("schema", {})
            shown = content.keys() & {"example", "examples"} or "examples" in schema
            if schema and "$ref" not in schema and not shown:
                content["example"] = examples.of(schema)
