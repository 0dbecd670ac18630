"""The API described: OpenAPI with problem documents, and the same as Markdown and as a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import version
from threading import Lock
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.examples import add_examples
from api.problems import MEDIA_TYPE, Problem
from api.routing import Router

VERSION = version("jeghealth")
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "What went wrong."}
}
FORM = "Parts of a form (multipart/form-data)."
EVENTS = "text/event-stream"
FHIR = "application/fhir+json"
COMMAND = "python -m api reference"

router = Router(include_in_schema=False)


def install(app: FastAPI, also: Sequence[type[BaseModel]] = ()) -> None:
    """Let the application describe itself, problems under their own media type.

    `also` are shapes that operations refer to without taking them as parameters.
    """
    making = Lock()

    def describe() -> dict[str, Any]:
        # Some seconds of work, wherefore it is done in threads, once.
        with making:
            if app.openapi_schema is None:
                app.openapi_schema = _described(app, also)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign] # as FastAPI documents it


def _described(app: FastAPI, also: Sequence[type[BaseModel]]) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    _, more = models_json_schema(
        [(model, "validation") for model in also], ref_template="#/components/schemas/{model}"
    )
    _add(made["components"]["schemas"], more.get("$defs", {}))
    for path in made["paths"].values():
        for operation in path.values():
            _correct(operation["responses"])
    for name, shape in made["components"]["schemas"].items():
        if name.startswith("Body_"):
            shape.setdefault("description", FORM)
    add_examples(made)
    return made


def _add(shapes: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add shapes to those that the paths name; two of one name would describe one of them wrongly.

    Raises:
        ValueError: when another shape has the name.
    """
    for name, shape in more.items():
        if shapes.setdefault(name, shape) != shape:
            problem = f"two shapes are called {name}: rename one of them"
            raise ValueError(problem)


def _correct(responses: dict[str, Any]) -> None:
    """Say what FastAPI cannot: the media type of problems, and that a stream is many events.

    OpenAPI 3.1 has no word for the shape of one event; 3.2 calls it `itemSchema`.
    """
    content = responses["default"]["content"]
    media, problem = content.popitem()
    content[media if media == FHIR else MEDIA_TYPE] = problem
    for response in responses.values():
        stream = response.get("content", {}).get(EVENTS)
        if stream is not None and "schema" in stream:
            events = stream.pop("schema")
            events.pop("type", None)
            stream["x-itemSchema"] = events


@router.get("/api/openapi.json")
async def openapi(request: Request) -> Response:
    """Give the description to programs; nobody else's request waits while it is made."""
    return await to_thread.run_sync(lambda: JSONResponse(request.app.openapi()))


@router.get("/api/docs/")
async def docs(request: Request) -> Response:
    """Show the description as a page without scripts, which needs nothing from elsewhere."""
    return await to_thread.run_sync(lambda: HTMLResponse(as_html(request.app.openapi())))


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a field."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Section:
    """An operation or a shape."""

    heading: str
    about: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def sections(described: Mapping[str, Any]) -> Iterator[tuple[str, list[Section]]]:
    """Operations by resource, then the shapes that they take and give."""
    by_tag: dict[str, list[Section]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            section = _operation(method.upper(), path, operation)
            by_tag.setdefault(operation["tags"][0], []).append(section)
    for tag, operations in by_tag.items():
        yield tag.capitalize(), operations
    schemas = described["components"]["schemas"]
    yield "Shapes", [_shape(name, schemas[name]) for name in sorted(schemas)]


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Section:
    rows = [
        Row(
            one["name"],
            f"{one['in']}: {_kind(one['schema'])}",
            one.get("required", False),
            one.get("description", ""),
        )
        for one in operation.get("parameters", [])
    ]
    notes = ["No login needed." if "security" not in operation else ""]
    if body := operation.get("requestBody"):
        notes.append(f"Takes {_content(body)}.")
    for status, response in operation["responses"].items():
        if status != "default":
            notes.append(f"Answers {status}: {_content(response)}.")
    about = operation.get("description", operation.get("summary", ""))
    return Section(f"{method} {path}", about, rows, [note for note in notes if note])


def _content(body: Mapping[str, Any]) -> str:
    shapes = [
        f"{_kind(content.get('x-itemSchema') or content.get('schema', {}))} as {media}"
        if media != "application/json"
        else _kind(content["schema"])
        for media, content in body.get("content", {}).items()
        if content
    ]
    return ", ".join(shapes) or "nothing"


def _shape(name: str, schema: Mapping[str, Any]) -> Section:
    required = schema.get("required", [])
    rows = [
        Row(field_name, _kind(one), field_name in required, one.get("description", ""))
        for field_name, one in schema.get("properties", {}).items()
    ]
    return Section(name, schema.get("description", ""), rows)


def _kind(schema: Mapping[str, Any]) -> str:
    """Name the type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_kind(option) for option in options)
    if "enum" in schema:
        return " or ".join(f'"{value}"' for value in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        items = schema.get("items") or {}
        return f"list of {_kind(items)}" if items else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def as_markdown(described: Mapping[str, Any]) -> str:
    """Render the description as `docs/reference/http.md`."""
    lines = [
        "# HTTP API",
        "",
        f"Made from the OpenAPI description by `{COMMAND}`; a test holds the two equal. The",
        "description itself is at `/api/openapi.json`, this page at `/api/docs`.",
        "",
        described["info"]["description"],
    ]
    for title, found in sections(described):
        lines += ["", f"## {title}"]
        for section in found:
            lines += ["", f"### {section.heading}", "", section.about.strip()]
            if section.notes:
                lines += ["", " ".join(section.notes)]
            if section.rows:
                lines += ["", "| name | type | required | meaning |", "|---|---|---|---|"]
                lines += [_markdown_row(row) for row in section.rows]
    return "\n".join(lines) + "\n"


def _markdown_row(row: Row) -> str:
    about = row.about.replace("\n", " ").replace("|", "\\|")
    kind = row.kind.replace("|", "\\|")
    return f"| `{row.name}` | {kind} | {'yes' if row.required else ''} | {about} |"


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b2733;background:#fff}h2{margin-top:2.5rem;border-bottom:1px solid #ccd5dd}"
    "h3{font:600 1rem ui-monospace,monospace;margin-top:1.8rem}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "td,th{border-bottom:1px solid #e3e8ed;padding:.3rem .6rem;text-align:left;vertical-align:top}"
)


def as_html(described: Mapping[str, Any]) -> str:
    """Render the description as a page."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width'><title>JEGHealth HTTP API</title>",
        f"<style>{STYLE}</style><h1>JEGHealth HTTP API</h1>",
        _paragraphs(described["info"]["description"]),
        "<p><a href=/api/openapi.json>OpenAPI description</a></p>",
    ]
    for title, found in sections(described):
        parts.append(f"<h2>{escape(title)}</h2>")
        for section in found:
            parts.append(f"<h3>{escape(section.heading)}</h3>{_paragraphs(section.about)}")
            parts.append(_paragraphs(" ".join(section.notes)))
            parts.append(_table(section.rows))
    return "".join(parts)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _table(rows: list[Row]) -> str:
    if not rows:
        return ""
    cells = "".join(
        f"<tr><td><code>{escape(row.name)}</code><td>{escape(row.kind)}"
        f"<td>{'required' if row.required else ''}<td>{escape(row.about)}"
        for row in rows
    )
    return f"<table>{cells}</table>"
