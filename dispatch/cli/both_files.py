"""A case and a plan for it, read together so that everything wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from dispatch.domain import Case, Plan
from dispatch.errors import InputError, Issue
from dispatch.formats import read_case, read_plan

__all__ = ["read_both"]

T = TypeVar("T")


def read_both(case: Path, plan: Path) -> tuple[Case, Plan]:
    """Read a case file and a plan file.

    Raises
    ------
    InputError
        With the issues of both files; each pointer follows the name of its file.
    """
    issues: list[Issue] = []
    world = _read(read_case, case, issues)
    made = _read(read_plan, plan, issues)
    if world is None or made is None:
        raise InputError(issues)
    return world, made


def _read(read: Callable[[Path], T], path: Path, issues: list[Issue]) -> T | None:
    try:
        return read(path)
    except InputError as error:
        issues += [replace(one, pointer=f"{path}#{one.pointer}") for one in error.issues]
        return None
