"""The board and the map library, and nothing else that happens to lie beside them."""

from __future__ import annotations

import os
from pathlib import Path

import xstatic.pkg.leaflet
from starlette.staticfiles import StaticFiles

import dispatch

__all__ = ["board_files", "leaflet_files"]

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


def board_files() -> StaticFiles:
    """The board's page at ``/``."""
    folder = Path(dispatch.__file__).parent / "board"
    return _Files(directory=folder, html=True, check_dir=False)


def leaflet_files() -> StaticFiles:
    """Leaflet out of its wheel."""
    return _Files(directory=Path(xstatic.pkg.leaflet.BASE_DIR))
