"""What people read about a blocker or a remedy, in English and in Simplified Chinese."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any, Literal

__all__ = ["Language", "blocker_sentence", "length_of_time", "remedy_sentence"]

Language = Literal["en", "zh"]


@functools.cache
def _texts() -> dict[str, Any]:
    file = resources.files("dispatch.planning") / "sentences.json"
    texts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return texts


class _Known(dict[str, str]):
    """Words for a template; one that is not known is shown as such rather than refused."""

    def __missing__(self, key: str) -> str:
        return "?"


def length_of_time(seconds: int, language: Language = "en") -> str:
    """Write a length of time with its two largest units: ``1 h 5 min``, ``1小时5分钟``."""
    units = _texts()["units"][language]
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, left = divmod(rest, 60)
    amounts = (("h", hours), ("min", minutes), ("s", left))
    shown = [units[unit].format(h=n, m=n, s=n) for unit, n in amounts if n][:2]
    return str(units["between"].join(shown) or units["s"].format(s=0))


def blocker_sentence(
    code: str, shortfall: Mapping[str, Any], *, who: str = "", language: Language = "en"
) -> str:
    """Say why one visit does not fit.

    Parameters
    ----------
    code
        Code of the blocker.
    shortfall
        Its numbers, as a plan file has them.
    who
        Name of the engineer; empty: everybody.
    language
        ``en`` or ``zh``.
    """
    template = _texts()["blockers"].get(code, {}).get(language, code)
    return _sentence(template.format_map(_words(shortfall, language)), who, language)


def remedy_sentence(change: str, facts: Mapping[str, Any], *, language: Language = "en") -> str:
    """Say what the smallest change is that unblocks a visit.

    Parameters
    ----------
    change
        Code of the change.
    facts
        Names and amounts of the change.
    language
        ``en`` or ``zh``.
    """
    template = _texts()["remedies"].get(change, {}).get(language, change)
    return _sentence(template.format_map(_words(facts, language)), "", language)


def _sentence(statement: str, who: str, language: Language) -> str:
    units = _texts()["units"][language]
    whole = f"{who}{units['colon']}{statement}" if who else statement[:1].upper() + statement[1:]
    return f"{whole}{units['stop']}"


def _words(facts: Mapping[str, Any], language: Language) -> _Known:
    return _Known({key: _word(key, value, language) for key, value in facts.items()})


def _word(key: str, value: object, language: Language) -> str:
    if key == "seconds" and isinstance(value, int):
        return length_of_time(value, language)
    if key in {"earliest", "latest", "available_from", "time"} and isinstance(value, str):
        return datetime.fromisoformat(value).strftime("%Y-%m-%d %H:%M")
    return str(value)
