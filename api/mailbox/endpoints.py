"""GET /dev/mailbox: what would have been sent, in development only."""

import asyncio
import json
from html import escape
from typing import Final

from fastapi.responses import HTMLResponse

from api.errors import NotFoundError
from api.routing import Router
from api.services import Shared
from gateways.mailbox import Kept, Mailbox

router = Router(include_in_schema=False)
SHOWN: Final = 100
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # A message is somebody's words: they are shown, and nothing in them is run or loaded.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mailbox</title>
<style>body{{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}}
article{{border:1px solid #ccd3da;border-radius:6px;padding:.5rem 1rem;margin:1rem 0}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere}}h2{{font-size:1rem}}</style>
<h1>Mailbox</h1><p>Nothing here has left this machine. Newest first, at most {most}.</p>{letters}
"""


@router.get("/dev/mailbox")
async def show_mailbox(parts: Shared) -> HTMLResponse:
    """Show the newest messages; in production there is no such page."""
    if parts.settings.environment != "development":
        raise NotFoundError
    box = Mailbox(parts.settings.mailbox_dir)
    kept = await asyncio.to_thread(box.newest, SHOWN)
    letters = "".join(_letter(one) for one in kept) or "<p>It is empty.</p>"
    return HTMLResponse(_PAGE.format(most=SHOWN, letters=letters), headers=_HEADERS)


def _letter(one: Kept) -> str:
    content = {name: value for name, value in one.content.items() if name not in {"html", "key"}}
    title = content.pop("subject", None) or content.pop("title", None) or one.sort
    text = content.pop("text", None) or content.pop("body", "")
    rest = json.dumps(content, ensure_ascii=False)
    return (
        f"<article><h2>{escape(one.sort)}: {escape(str(title))}</h2>"
        f"<p><time>{one.at:%Y-%m-%d %H:%M:%S} UTC</time> <code>{escape(rest)}</code></p>"
        f"<pre>{escape(str(text))}</pre></article>"
    )
