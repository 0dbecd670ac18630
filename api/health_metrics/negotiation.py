"""In which form a report is wanted: by `format`, or else by the header `Accept`."""

from enum import Enum

from api.errors import NotAcceptableError

JSON = "application/json"
PDF = "application/pdf"
CSV = "text/csv"


class Format(Enum):
    """A form of a report; the value is its file's suffix."""

    JSON = "json"
    PDF = "pdf"
    CSV = "csv"


_OFFERED = ((JSON, Format.JSON), (PDF, Format.PDF), (CSV, Format.CSV))


def chosen(form: str | None, accept: str) -> Format:
    """The form that is named, or the one that `Accept` (RFC 9110, 12.5.1) likes best.

    Raises:
        NotAcceptableError: when it likes none.

    >>> chosen(None, "text/html, application/pdf;q=0.9, */*;q=0.1")
    <Format.PDF: 'pdf'>
    """
    if form is not None:
        return Format(form)
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    weighed = [(_weight(media, ranges), found) for media, found in _OFFERED]
    best = max(weight for weight, _ in weighed)
    if best <= 0:
        raise NotAcceptableError
    return next(found for weight, found in weighed if weight == best)


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media, 0.0
    return media, 1.0


def _weight(media: str, ranges: list[tuple[str, float]]) -> float:
    """Weight of the most specific range that covers a media type; 0 where none does."""
    for name in (media, media.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [weight for one, weight in ranges if one == name]
        if found:
            return max(found)
    return 0.0
