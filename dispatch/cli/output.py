"""Where results go: standard output, or a file that is whole or not there at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from dispatch.errors import InputError

__all__ = ["refuse_unwritable", "write_result"]


def refuse_unwritable(path: Path | None) -> None:
    """Refuse an output file that could not be written, before any work is done.

    Raises
    ------
    InputError
        When its folder does not exist or it names a folder.
    """
    if path is None:
        return
    if path.is_dir():
        raise InputError.at("--output", str(path), "a file, not a folder")
    if not path.parent.is_dir():
        raise InputError.at("--output", str(path), "a file in a folder that exists")


def write_result(text: str, path: Path | None) -> None:
    """Write a result to a file, or to standard output when there is none.

    A file is written beside its place and moved there, so that a reader sees the old one or the
    new one and never half of it.
    """
    if path is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    path = path.resolve()
    # A device or a pipe cannot be replaced by a file.
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    draft = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner alone; a result is like any other new file.
        umask = os.umask(0)
        os.umask(umask)
        draft.chmod(0o666 & ~umask)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
