"""The service worker of the engineer's page, told which files make up its present version.

The page has no build step, so this is where its version comes from: a digest over every file it
is made of. A change of any of them is a new script, and browsers then fetch them all anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["files_of_page", "worker_script"]

KEPT = frozenset([".js", ".css", ".svg", ".png", ".webmanifest"])
IMPORT = re.compile(r'^(?:import|export|\}) [^;"]*?"(\.{1,2}/[\w./-]+\.js)";', re.MULTILINE)
SHEET = re.compile(r'rel="stylesheet" href="/([\w.-]+\.css)"')


def files_of_page(board: Path) -> list[str]:
    """Name every address the engineer's page is made of, the page itself first.

    Parameters
    ----------
    board
        Folder of the board; the page lies in ``me`` below it and borrows modules from it.
    """
    folder = board / "me"
    own = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in KEPT and path.name not in ("sw.js", "shapes.js")
    )
    found = {path.resolve() for path in own}
    waiting = [path.resolve() for path in own if path.suffix == ".js"]
    while waiting:
        fresh = set(_imported(waiting.pop())) - found
        found |= fresh
        waiting += fresh
    page = (folder / "index.html").read_text(encoding="utf-8")
    found |= {(board / name).resolve() for name in SHEET.findall(page)}
    root = board.resolve()
    return ["/me/", *sorted(f"/{path.relative_to(root).as_posix()}" for path in found)]


def _imported(script: Path) -> Iterable[Path]:
    for name in IMPORT.findall(script.read_text(encoding="utf-8")):
        yield (script.parent / name).resolve()


def worker_script(board: Path) -> str:
    """Write the service worker with the files and their version filled in."""
    files = files_of_page(board)
    digest = hashlib.sha256()
    for name in files:
        path = board / ("me/index.html" if name == "/me/" else name[1:])
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    script = (board / "me" / "sw.js").read_text(encoding="utf-8")
    digest.update(script.encode())
    told = script.replace("{version}", digest.hexdigest()[:16])
    return told.replace('["{files}"]', json.dumps(files))
