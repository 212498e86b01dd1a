"""Files that are whole or not there, and text that cannot steer a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.cli.terminal import plain
from dispatch.errors import InputError


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """The new text stands there, in UTF-8, and nothing else is left in the folder."""
    target = tmp_path / "plan.json"
    target.write_text("old", encoding="utf-8")
    write_result("陈伟\n", target)
    assert target.read_bytes() == "陈伟\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What the link leads to is written, not the link itself."""
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    link = tmp_path / "link.json"
    link.symlink_to("real.json")
    write_result("new", link)
    assert link.is_symlink()
    assert (tmp_path / "real.json").read_text(encoding="utf-8") == "new"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """A lone surrogate cannot be written; the old plan is still there, no draft is."""
    target = tmp_path / "plan.json"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_result("\ud800", target)
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_an_impossible_place_is_refused_before_any_work(tmp_path: Path) -> None:
    """A folder, and a file in a folder that does not exist."""
    for path in (tmp_path, tmp_path / "none" / "plan.json"):
        with pytest.raises(InputError, match=str(path)):
            refuse_unwritable(path)
    refuse_unwritable(tmp_path / "plan.json")
    refuse_unwritable(None)


def test_text_of_strangers_cannot_steer_the_terminal() -> None:
    """Escape sequences and right-to-left overrides become visible; Chinese and line ends stay."""
    assert plain("陈伟\x1b[31m\u202e\nok\x00") == "陈伟\\x1b[31m\\u202e\nok\\x00"
