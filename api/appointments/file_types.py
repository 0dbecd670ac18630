"""What documents of appointments may be, by their bytes, and what they are called."""

import re
import unicodedata
from typing import Final

import puremagic
from puremagic import PureError

from api.appointments import errors

TYPES: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/heif": "heic",
    "image/heic": "heic",
    "application/dicom": "dcm",
    "text/plain": "txt",
}
_OTHER_THAN_TEXT: Final = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s*(?:#!|%!PS|\{\\rtf|<!--|<\?xml|<!DOCTYPE"
    rb"|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg)[\s>/])"
)
"""How what can be run or drawn opens, though it is all of characters: markup by the table of the
WHATWG's MIME Sniffing (section 7.1) and SVG, scripts, PostScript, RTF."""
_LONGEST_NAME: Final = 120


def sniffed(head: bytes, size: int) -> str:
    """Media type of a file by its first bytes.

    Raises:
        EmptyFileError: when there are none.
        FileTypeError: when it is of no type that is taken.
    """
    if not size:
        raise errors.EmptyFileError
    try:
        matches = [one for one in puremagic.magic_string(head) if one.mime_type]
    except PureError:
        matches = []
    best = max(matches, key=lambda one: one.confidence).mime_type if matches else ""
    if _is_text(head, whole=size <= len(head)):
        # Any words may look like the opening of something; of what is taken only a PDF is text.
        if best != "application/pdf":
            best = "" if _OTHER_THAN_TEXT.match(head) else "text/plain"
    elif best == "text/plain":
        best = ""
    if best not in TYPES:
        raise errors.FileTypeError
    return best


def _is_text(head: bytes, *, whole: bool) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two where the head ends.
        if whole or error.start < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return not any(unicodedata.category(one) == "Cc" and one not in "\t\n\r\f" for one in text)


def plain_name(given: str, media_type: str) -> str:
    r"""A file's name without a path or what could be mistaken, ending as what it is.

    >>> plain_name("..\\..\\etc/pass\x00wd.exe", "application/pdf")
    'passwd.exe.pdf'
    >>> plain_name("", "text/plain")
    'file.txt'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    kept = "".join(one for one in last if not unicodedata.category(one).startswith("C"))
    kept = kept.strip(" .")[:_LONGEST_NAME] or "file"
    ending = TYPES[media_type]
    known = {ending, {"jpg": "jpeg", "tif": "tiff", "txt": "csv", "heic": "heif"}.get(ending, "")}
    return kept if kept.rpartition(".")[2].lower() in known - {""} else f"{kept}.{ending}"
