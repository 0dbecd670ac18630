"""Words of messages: templates by kind and language, times on the reader's wall clock.

A template is text: its first line is the subject, its second the short form for a telephone, the
rest the letter. The HTML form lays the same words out, so that the two never differ. Whoever
announces something gives codes and facts; a template asks for `local(time)`, `number(value)` and
`metric(code)` in the reader's language, and the `title` of an alarm is that of its condition.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
)

from gateways.vocabulary import FOLDER, vocabulary
from telemetry.spoken import spoken, spoken_number
from telemetry.zones import zone_of

FALLBACK: Final = "notice"
_LAYOUT: Final = "layout.html"


@dataclass(frozen=True, slots=True)
class Words:
    """One message in every form."""

    subject: str
    short: str
    text: str
    html: str


class Templates:
    """The templates of all kinds and languages."""

    def __init__(self, public_url: str) -> None:
        """Let links begin with `public_url`."""
        self._public_url = public_url.rstrip("/")
        options: Any = {
            "loader": FileSystemLoader(FOLDER),
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
        self._plain = Environment(autoescape=False, **options)  # noqa: S701 - text, not HTML
        self._html = Environment(autoescape=True, **options)

    def link(self, path: str) -> str:
        """Address of a page, for whoever is not on one."""
        return self._public_url + path

    def render(self, kind: str, language: str, time_zone: str, values: Mapping[str, Any]) -> Words:
        """Fill in the template of a kind; kinds without one of their own say `title` and `text`.

        Args:
            kind: One of `telemetry.notices.KINDS`.
            language: One of `telemetry.spoken.LANGUAGES`.
            time_zone: IANA name.
            values: What the template asks for; `path`, where the link leads.

        """
        told = self._told(language, time_zone, values)
        rendered = self._template(kind, language).render(told)
        lines = rendered.strip().split("\n")
        subject, short, letter = lines[0].strip(), lines[1].strip(), "\n".join(lines[2:]).strip()
        paragraphs = [" ".join(one.split("\n")) for one in letter.split("\n\n")]
        html = self._html.get_template(_LAYOUT).render(
            subject=subject, paragraphs=paragraphs, url=told["url"], language=language
        )
        return Words(subject, short, f"{letter}\n\n{told['url']}\n", html)

    def title(self, kind: str, language: str, time_zone: str, values: Mapping[str, Any]) -> str:
        """The subject alone, for a list; the title that it was announced with where that fails.

        A list is shown whatever was announced to it long ago, by whichever version.
        """
        told = self._told(language, time_zone, values)
        try:
            rendered = self._template(kind, language).render(told)
        except (TemplateError, ValueError, TypeError):
            return str(told["title"])
        return rendered.strip().split("\n", 1)[0].strip()

    def _template(self, kind: str, language: str) -> Template:
        try:
            return self._plain.get_template(f"{language}/{kind}.txt")
        except TemplateNotFound:
            return self._plain.get_template(f"{language}/{FALLBACK}.txt")

    def _told(self, language: str, time_zone: str, values: Mapping[str, Any]) -> dict[str, Any]:
        zone = zone_of(time_zone)

        def local(value: str | dt.datetime) -> str:
            at = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
            return spoken(at.astimezone(zone), language)

        def elsewhere(value: str, place_zone: str) -> str:
            at = dt.datetime.fromisoformat(value)
            here, there = at.astimezone(zone), at.astimezone(zone_of(place_zone))
            return "" if here.utcoffset() == there.utcoffset() else spoken(there, language)

        names = vocabulary(language)
        title = names.condition(str(values.get("condition", "")), str(values.get("title", "")))
        return {
            **dict.fromkeys(("text", "name", "about", "code", "patient_name"), ""),
            **values,
            "title": " ".join(title.split()),
            "url": self.link(str(values.get("path", "/"))),
            "local": local,
            "elsewhere": elsewhere,
            "metric": names.metric,
            "number": lambda value: spoken_number(value, language),
        }
