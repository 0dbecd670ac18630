"""The web pages: built files from one folder, and index.html for every path of the application.

Files under /assets/ have a hash in their names, so browsers keep them for good; index.html names
them and is therefore asked for each time.
"""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response

from api.errors import NotFoundError

NOT_BUILT = (
    "The web pages are not built. Run `make setup`, then load this page again.\n"
    "The API itself works: see /api/docs.\n"
)
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


def pages(folder: Path) -> APIRouter:
    """Serve the files in `folder`; to be included after every other route."""
    router = APIRouter(include_in_schema=False)
    root = folder.resolve()

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page(path: str) -> Response:
        if path.startswith("api/"):
            raise NotFoundError
        found = _inside(root, path)
        if found is not None:
            hashed = path.startswith("assets/")
            return FileResponse(
                found, headers={"Cache-Control": IMMUTABLE if hashed else REVALIDATE}
            )
        if path.startswith("assets/") or "." in path.rsplit("/", 1)[-1]:
            raise NotFoundError
        return _application(root)

    return router


def _application(root: Path) -> Response:
    index = root / "index.html"
    if not index.is_file():
        return PlainTextResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})
    return FileResponse(index, headers={"Cache-Control": REVALIDATE})


def _inside(root: Path, path: str) -> Path | None:
    """Find the file in `root` that a path names, and never one outside of it."""
    if "\0" in path:
        return None
    wanted = (root / path).resolve()
    return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
