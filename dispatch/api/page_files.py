"""The files that make up the pages, kept in memory: a page asks for some sixty of them at once."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PageFiles"]

Headers = list[tuple[bytes, bytes]]
TEXT = frozenset(["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"])
LEAST_ZIPPED = 1024
"""Bytes from which on zipping saves more than it costs."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file as it was read, and as it is sent."""

    state: tuple[int, int]
    etag: bytes
    kind: bytes
    plain: bytes
    zipped: bytes | None


class PageFiles:
    """ASGI middleware that answers for known files and hands everything else on.

    A file is looked at before it is sent and read anew when it has changed, so that whoever
    writes a page sees it.

    Parameters
    ----------
    app
        What comes after.
    folders
        Folder by the address below which its files are served.
    suffixes
        Kinds of files that may be.
    """

    def __init__(self, app: ASGIApp, *, folders: dict[str, Path], suffixes: frozenset[str]) -> None:
        self._app = app
        self._files = {
            f"{address}{path.relative_to(folder).as_posix()}": path
            for address, folder in folders.items()
            for path in (folder.rglob("*") if address != "/" else folder.glob("*"))
            if path.is_file() and path.suffix in suffixes
        }
        pages = [one for one in self._files if one.endswith(".html")]
        self._files |= {one.removesuffix(".html"): self._files[one] for one in pages}
        self._files |= {one.removesuffix("index"): self._files[one] for one in ["/index"] if pages}
        self._kept: dict[Path, _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file at the address."""
        path = self._files.get(scope["path"]) if scope["type"] == "http" else None
        kept = None if path is None or scope["method"] not in ("GET", "HEAD") else self._read(path)
        if kept is None:
            await self._app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        wanted = [one.strip() for one in asked.get(b"if-none-match", b"").split(b",")]
        same = kept.etag in [one.removeprefix(b"W/") for one in wanted]
        zips = kept.zipped is not None and b"gzip" in asked.get(b"accept-encoding", b"")
        body = kept.zipped if zips and kept.zipped is not None else kept.plain
        headers: Headers = [
            (b"etag", kept.etag),
            (b"cache-control", b"no-cache"),
            (b"vary", b"Accept-Encoding"),
        ]
        if not same:
            headers += [
                (b"content-type", kept.kind),
                (b"content-length", str(len(body)).encode()),
            ]
            headers += [(b"content-encoding", b"gzip")] if zips else []
        start = {"type": "http.response.start", "status": 304 if same else 200, "headers": headers}
        await send(start)
        sent = b"" if same or scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})

    def _read(self, path: Path) -> _Kept | None:
        try:
            found = path.stat()
            state = (found.st_mtime_ns, found.st_size)
            kept = self._kept.get(path)
            if kept is None or kept.state != state:
                kept = self._kept[path] = _kept(path.read_bytes(), path.suffix, state)
        except OSError:
            return None
        return kept


def _kept(plain: bytes, suffix: str, state: tuple[int, int]) -> _Kept:
    kind = KINDS.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    text = kind in TEXT
    etag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    zipped = gzip.compress(plain, 6, mtime=0) if text and len(plain) >= LEAST_ZIPPED else None
    told = f"{kind}; charset=utf-8" if text else kind
    return _Kept(state, etag.encode(), told.encode(), plain, zipped)


KINDS = {
    # What a machine believes of endings is not the same everywhere.
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
