"""The files of the pages: known ones only, from memory, and read anew when somebody writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dispatch.api.page_files import PageFiles
from tests.api.running import Running

SCRIPT = "export const said = 'hello';\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page, its script, a source beside them and a folder below."""
    for name, text in (("index.html", "<p>board</p>"), ("page.html", "<p>page</p>")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "said.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "secret.py").write_text("password = 1", encoding="utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "other.js").write_text("0", encoding="utf-8")
    return tmp_path


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(folder: Path) -> Ask:
    """Asks an app that knows one path of its own behind the files."""

    def elsewhere(_: object) -> PlainTextResponse:
        return PlainTextResponse("elsewhere")

    app = Starlette(routes=[Route("/{path:path}", elsewhere, methods=["GET", "POST"])])
    app.add_middleware(PageFiles, folders={"/": folder}, suffixes=frozenset([".html", ".js"]))

    async def asked(method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(method, path, headers=headers)

    def ask(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(asked(method, path, named))

    return ask


def test_a_page_is_found_with_and_without_its_ending(ask: Ask) -> None:
    """The first page stands at the root, every other at its name."""
    assert ask("/").text == "<p>board</p>"
    assert ask("/page").text == ask("/page.html").text == "<p>page</p>"
    assert ask("/page").headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/secret.py", "/%2e%2e/secret.py", "/below/other.js", "/said", "/x"]
)
def test_nothing_else_is_given_out(ask: Ask, path: str) -> None:
    """Sources, folders below and what does not exist are somebody else's business."""
    assert ask(path).text == "elsewhere"
    assert ask("/said.js", "POST").text == "elsewhere"


def test_a_known_file_is_not_sent_twice(ask: Ask, folder: Path) -> None:
    """Its ETag is asked for again each time, and is another one when the file is."""
    first = ask("/said.js")
    etag = first.headers["etag"]
    assert (first.text, first.headers["cache-control"]) == (SCRIPT, "no-cache")
    for told in (etag, f'"other", W/{etag}'):
        same = ask("/said.js", if_none_match=told)
        assert (same.status_code, same.content) == (304, b"")
    (folder / "said.js").write_text("1", encoding="utf-8")
    fresh = ask("/said.js", if_none_match=etag)
    assert (fresh.status_code, fresh.text) == (200, "1")
    (folder / "said.js").unlink()
    assert ask("/said.js").text == "elsewhere"


def test_text_is_zipped_for_who_can_read_that(ask: Ask) -> None:
    """The answer says so, and without the wish it is plain; HEAD tells the size alone."""
    zipped = ask("/said.js", accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.text == SCRIPT
    assert int(zipped.headers["content-length"]) < len(SCRIPT) / 5
    plain = ask("/said.js", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    head = ask("/said.js", "HEAD", accept_encoding="identity")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(SCRIPT)))


PAGES = ("/", "/me/", "/data", "/calendar", "/reports", "/whatif", "/docs")
FILES = ("/board.js", "/base.css", "/me/page.js", "/leaflet/leaflet.css")


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_everything_carries_the_policy(demo: Running, path: str) -> None:
    """Own scripts and styles only, nothing inline, no kind guessed, on every page and file."""
    answer = httpx.get(f"{demo.url}{path}", timeout=60)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
