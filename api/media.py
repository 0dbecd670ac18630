"""What a header `Accept` likes (RFC 9110, 12.5.1)."""


def weight(media: str, accept: str) -> float:
    """Weight of the most specific range that covers a media type; 0 where none does.

    >>> weight("application/pdf", "text/html, application/pdf;q=0.9, */*;q=0.1")
    0.9
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    for name in (media, media.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [liked for one, liked in ranges if one == name]
        if found:
            return max(found)
    return 0.0


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
