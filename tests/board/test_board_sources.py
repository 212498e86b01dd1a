"""Habits of the page's sources that a machine can hold without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import dispatch

BOARD = Path(dispatch.__file__).parent / "board"
SCRIPTS = sorted(BOARD.glob("*.js"))
WORD = re.compile(r'^  "([\w.]+)": "(.*)",$', re.MULTILINE)
LONGEST_FILE = 400


def words_of(name: str) -> dict[str, str]:
    """Dictionary of one language."""
    return dict(WORD.findall((BOARD / name).read_text(encoding="utf-8")))


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


def test_the_page_has_no_inline_script_or_style() -> None:
    """The content security policy would refuse them."""
    page = (BOARD / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_both_languages_say_the_same_things() -> None:
    """Each key stands in both dictionaries with the same values to fill in."""
    english, chinese = words_of("words_en.js"), words_of("words_zh.js")
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
    english = words_of("words_en.js")
    asked = {
        key
        for path in SCRIPTS
        for key in re.findall(r'\.say\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    page = (BOARD / "index.html").read_text(encoding="utf-8")
    asked |= set(re.findall(r'data-(?:word|label)="([\w.]+)"', page))
    assert asked - set(english) == set()


def test_scripts_can_be_held_in_the_head() -> None:
    """No script is longer than a file of Python may be."""
    lengths = {path.name: len(path.read_bytes().splitlines()) for path in SCRIPTS}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_every_module_is_asked_for_at_once() -> None:
    """The page names all modules in its head, so that none waits for another to be read."""
    page = (BOARD / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'rel="modulepreload" href="/([\w.]+)"', page))
    assert named == {path.name for path in SCRIPTS} - {"main.js", "types.js"}
