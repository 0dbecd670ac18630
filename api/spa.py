"""The web pages: built files from one folder, and index.html for every path of the application.

Files under /assets/ have a hash in their names, so browsers keep them for good; index.html names
them and is therefore asked for each time.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Match, Route

from api.errors import MethodNotAllowedError, NotFoundError

NOT_BUILT = (
    "The web pages are not built. Run `make setup`, then load this page again.\n"
    "The API itself works: see /api/docs.\n"
)
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def pages(folder: Path, others: Sequence[APIRouter]) -> APIRouter:
    """Serve the files in `folder`; to be included after `others`, all other routes."""
    router = APIRouter(include_in_schema=False)
    root = folder.resolve()

    @router.api_route("/fhir/{path:path}", methods=METHODS)
    @router.api_route("/api/{path:path}", methods=METHODS)
    async def unknown(request: Request) -> Response:
        """Tell a path that has other methods from one that does not exist."""
        allowed = _methods(request, others)
        if not allowed:
            raise NotFoundError
        headers = {"Allow": ", ".join(sorted(allowed))}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        raise MethodNotAllowedError(headers=headers)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page(path: str) -> Response:
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


def _methods(request: Request, routers: Iterable[APIRouter]) -> set[str]:
    """Methods that other routes have for this path."""
    every = chain(request.app.routes, *(router.routes for router in routers))
    routes = (one for one in every if isinstance(one, Route))
    matching = (one for one in routes if one.matches(request.scope)[0] is Match.PARTIAL)
    found = {method for one in matching for method in one.methods or ()}
    if "GET" in found:
        found.add("HEAD")
    return found | {"OPTIONS"} if found else found


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
