"""The board and the map library, and nothing else that happens to lie beside them."""

from __future__ import annotations

import os
from pathlib import Path

import xstatic.pkg.leaflet
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import dispatch
from dispatch.api.offline_script import worker_script

__all__ = ["SERVED", "board_files", "field_files", "leaflet_files", "page_folders"]

SERVED = frozenset(
    [
        ".html",
        ".js",
        ".mjs",
        ".css",
        ".svg",
        ".png",
        ".ico",
        ".json",
        ".geojson",
        ".webmanifest",
        ".woff2",
        ".map",
    ]
)


class _Files(StaticFiles):
    """Static files of known kinds; sources of the package beside them stay inside."""

    async def check_config(self) -> None:
        """Do without the check: a folder that is missing only has no files."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file, unless its kind is none that a page loads; a page needs no ending."""
        found, stat = super().lookup_path(path)
        if stat is None and "." not in path:
            found, stat = super().lookup_path(f"{path}.html")
        if stat is not None and Path(found).is_file() and Path(found).suffix not in SERVED:
            return "", None
        return found, stat


class _FieldFiles(_Files):
    """The engineer's page; its service worker may look after ``/me`` as well as ``/me/``."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file that is asked for again before it is used again."""
        if path == "sw.js" and scope["method"] in ("GET", "HEAD"):
            text = worker_script(Path(str(self.directory)).parent)
            answer = Response(text, media_type="text/javascript")
            answer.headers["Service-Worker-Allowed"] = "/me"
        else:
            answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def field_files() -> StaticFiles:
    """The engineer's page at ``/me/``."""
    folder = Path(dispatch.__file__).parent / "board" / "me"
    return _FieldFiles(directory=folder, html=True, check_dir=False)


def board_files() -> StaticFiles:
    """The board's page at ``/``."""
    folder = Path(dispatch.__file__).parent / "board"
    return _Files(directory=folder, html=True, check_dir=False)


def page_folders() -> dict[str, Path]:
    """Folders whose files may be kept in memory, by address; the engineer's page is its own."""
    board = Path(dispatch.__file__).parent / "board"
    return {"/": board, "/leaflet/": Path(xstatic.pkg.leaflet.BASE_DIR)}


def leaflet_files() -> StaticFiles:
    """Leaflet out of its wheel."""
    return _Files(directory=Path(xstatic.pkg.leaflet.BASE_DIR))
