"""In which form a report is wanted: by `format`, or else by the header `Accept`."""

from enum import Enum

from api.errors import NotAcceptableError
from api.media import weight

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
    """The form that is named, or the one that `Accept` likes best.

    Raises:
        NotAcceptableError: when it likes none.

    >>> chosen(None, "text/html, application/pdf;q=0.9, */*;q=0.1")
    <Format.PDF: 'pdf'>
    """
    if form is not None:
        return Format(form)
    weighed = [(weight(media, accept), found) for media, found in _OFFERED]
    best, found = max(weighed, key=lambda pair: pair[0])
    if best <= 0:
        raise NotAcceptableError
    return found
