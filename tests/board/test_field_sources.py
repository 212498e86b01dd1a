"""Habits of the engineer's page that a machine can hold without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import dispatch
from dispatch.api.offline_script import files_of_page, worker_script

BOARD = Path(dispatch.__file__).parent / "board"
FIELD = BOARD / "me"
SCRIPTS = sorted(FIELD.glob("*.js"))
WORD = re.compile(r'^  "([\w.]+)": "(.*)",$', re.MULTILINE)
SLOTS = re.compile(r"\{\w+\}")
LONGEST_FILE = 400


def words_of(language: str) -> dict[str, str]:
    """What the page itself says in one language."""
    return dict(WORD.findall((FIELD / f"words_me_{language}.js").read_text(encoding="utf-8")))


def test_no_script_makes_markup_out_of_text() -> None:
    """Text can become markup only through a few doors, and none of them is used."""
    doors = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.cssText"
    )
    wrong = [
        f"{path.name}: {found}"
        for path in SCRIPTS
        for found in re.findall(doors, path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
    page = (FIELD / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_both_languages_say_the_same_things() -> None:
    """Each key stands in both dictionaries with the same values to fill in, and none is empty."""
    english, chinese = words_of("en"), words_of("zh")
    assert len(english) > 100
    assert set(english) == set(chinese)
    differ = [
        key
        for key, text in english.items()
        if not key.endswith(".one")
        and sorted(SLOTS.findall(text)) != sorted(SLOTS.findall(chinese[key]))
    ]
    assert differ == []


def test_every_word_that_is_asked_for_exists() -> None:
    """Literal keys in scripts and page are the page's own or the board's."""
    known = set(words_of("en"))
    known |= set(dict(WORD.findall((BOARD / "words_en.js").read_text(encoding="utf-8"))))
    asked: set[str] = set()
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\.say\(\s*"([\w.]+)"', text))
        asked |= set(re.findall(r'\bsection\("([\w.]+)"', text))
    page = (FIELD / "index.html").read_text(encoding="utf-8")
    asked |= set(re.findall(r'data-(?:word|label)="([\w.]+)"', page))
    assert asked - known == set()


def test_every_word_is_asked_for() -> None:
    """A sentence that nothing says is a leftover; families are named by their beginning."""
    text = "".join(
        path.read_text(encoding="utf-8") for path in SCRIPTS if "words_" not in path.name
    )
    text += (FIELD / "index.html").read_text(encoding="utf-8")
    families = {found.rstrip(".") for found in re.findall(r"`(me\.[\w.]+)\$\{", text)}
    families |= set(re.findall(r'\.code\("(me\.\w+)"', text))
    left = [
        key
        for key in words_of("en")
        if f'"{key.removesuffix(".one")}"' not in text
        and f'"{key.removesuffix(".label")}"' not in text
        and not any(key.startswith(f"{family}.") for family in families)
    ]
    assert left == []


def test_scripts_can_be_held_in_the_head() -> None:
    """No script is longer than a file of Python may be."""
    lengths = {path.name: len(path.read_bytes().splitlines()) for path in SCRIPTS}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_the_worker_keeps_all_that_the_page_is_made_of() -> None:
    """Its own modules, those it borrows from the board, styles and icons; nothing by chance."""
    files = files_of_page(BOARD)
    assert files[0] == "/me/"
    borrowed = {"/base.css", "/element.js", "/words.js", "/words_en.js", "/words_zh.js"}
    assert borrowed <= set(files)
    own = {f"/me/{path.name}" for path in SCRIPTS} - {"/me/sw.js", "/me/shapes.js"}
    assert own <= set(files)
    assert len(set(files)) == len(files)
    manifest = json.loads((FIELD / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert {icon["src"] for icon in manifest["icons"]} <= set(files)
    for name in files[1:]:
        assert (BOARD / name[1:]).is_file(), name


def test_a_change_of_any_file_is_a_new_worker(tmp_path: Path) -> None:
    """Two lots of files that differ in one letter have two versions; equal ones have one."""
    for folder in ("me", "."):
        (tmp_path / folder).mkdir(exist_ok=True)
        for path in (BOARD / folder).iterdir():
            if path.is_file():
                (tmp_path / folder / path.name).write_bytes(path.read_bytes())
    first = worker_script(tmp_path)
    assert first == worker_script(BOARD)
    assert "{version}" not in first
    with (tmp_path / "base.css").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert worker_script(tmp_path) != first
