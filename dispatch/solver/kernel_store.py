"""Where machine code is kept: made once for each change of the sources, read by whoever comes next."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.solver.kernel_target import processor

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGEST = 32
"""Bytes of the checksum behind machine code on disk."""

MOST_VERSIONS = 8
"""So many versions of the machine code stay on disk."""


def fingerprint() -> str:
    """Hash of all that machine code is made of: every source with kernels, compiler, processor.

    Kernels share constants, so a layout changed in one file makes the code of all others wrong.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_bytes()
        shared = path.stem in ("layout", "problem_parts") or path.stem.startswith("kernel")
        if shared or b"from dispatch.solver.kernel import" in text:
            digest.update(path.name.encode())
            digest.update(text)
    made_by = [version("numba"), version("llvmlite"), *processor()]
    digest.update(json.dumps(made_by).encode())
    return digest.hexdigest()[:16]


def places() -> list[Path]:
    """Folders that may hold machine code, the best first."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    beside = Path(given) if given else Path(__file__).parent / "__pycache__"
    apart = Path(tempfile.gettempdir()) / f"dispatch-kernels-{os.getuid()}"
    return [beside, apart] if own(apart) else [beside]


def own(folder: Path) -> bool:
    """Whether nobody else can write there: their code would be run as this user."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o022


def read(name: str, among: Sequence[Path]) -> bytes | None:
    """Machine code; None if none is kept or what is kept is torn."""
    for place in among:
        try:
            kept = (place / name).read_bytes()
        except OSError:
            continue
        code = kept[:-DIGEST]
        if kept[-DIGEST:] == hashlib.sha256(code).digest():
            return code
    return None


def write(name: str, code: bytes, among: Sequence[Path]) -> None:
    """Keep machine code where that is possible, whole or not at all."""
    for place in among:
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place, prefix=name, delete=False) as file:
                file.write(code + hashlib.sha256(code).digest())
            Path(file.name).replace(place / name)
            _tidy(place)
        except OSError:
            continue
        return


def _tidy(place: Path) -> None:
    """Drop the machine code of old versions, but for a few that may still be at work."""
    kept = sorted(place.glob("kernels-*.bin"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-MOST_VERSIONS]:
        old.unlink(missing_ok=True)
