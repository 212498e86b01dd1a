"""Habits of the page's sources that a machine can hold without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dispatch

BOARD = Path(dispatch.__file__).parent / "board"
SCRIPTS = sorted(BOARD.glob("*.js"))
PAGES = sorted(BOARD.glob("*.html"))
WORD = re.compile(r'^  "([\w.]+)": "(.*)",$', re.MULTILINE)
LONGEST_FILE = 400


def words_of(language: str) -> dict[str, str]:
    """Everything the pages say in one language."""
    found: list[tuple[str, str]] = []
    for path in sorted(BOARD.glob(f"words*_{language}.js")):
        found += WORD.findall(path.read_text(encoding="utf-8"))
    assert len(dict(found)) == len(found), "a key stands in two dictionaries"
    return dict(found)


def imports_of(script: str) -> set[str]:
    """Modules of the board that a script needs, however far round."""
    waiting, found = [script], set()
    while waiting:
        text = (BOARD / waiting.pop()).read_text(encoding="utf-8")
        fresh = set(re.findall(r'^(?:import|export) [^;]*?"\./(\w+\.js)";', text, re.MULTILINE))
        waiting += fresh - found
        found |= fresh
    return found


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


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_has_no_inline_script_or_style(path: Path) -> None:
    """The content security policy would refuse them."""
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_both_languages_say_the_same_things() -> None:
    """Each key stands in both dictionaries with the same values to fill in."""
    english, chinese = words_of("en"), words_of("zh")
    assert len(english) > 100
    assert set(english) == set(chinese)
    slots = re.compile(r"\{\w+\}")
    differ = [
        key
        for key, text in english.items()
        if not key.endswith(".one")
        and sorted(slots.findall(text)) != sorted(slots.findall(chinese[key]))
    ]
    assert differ == []


def test_every_word_that_is_asked_for_exists() -> None:
    """Literal keys in scripts and page are in the dictionary."""
    english = words_of("en")
    asked = {
        key
        for path in SCRIPTS
        for key in re.findall(r'\.say\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'data-(?:word|label)="([\w.]+)"', page))
    assert asked - set(english) == set()


def test_scripts_can_be_held_in_the_head() -> None:
    """No script is longer than a file of Python may be."""
    lengths = {path.name: len(path.read_bytes().splitlines()) for path in SCRIPTS}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_module_is_asked_for_at_once(path: Path) -> None:
    """A page names all its modules in its head, so that none waits for another to be read."""
    page = path.read_text(encoding="utf-8")
    (script,) = re.findall(r'<script type="module" src="/([\w.]+)"', page)
    named = re.findall(r'rel="modulepreload" href="/([\w.]+)"', page)
    assert sorted(named) == sorted(imports_of(script))


def test_every_module_is_part_of_a_page() -> None:
    """A script that no page loads is dead; types are for the reader alone."""
    loaded = {"types.js"}
    for path in PAGES:
        scripts = re.findall(r'<script [^>]*src="/([\w.]+)"', path.read_text(encoding="utf-8"))
        loaded |= {*scripts, *(name for one in scripts for name in imports_of(one))}
    # A service worker is asked for by its page, not imported.
    assert {one.name for one in SCRIPTS if "worker" not in one.name} - loaded == set()
