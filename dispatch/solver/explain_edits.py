"""What the edits of a remedy do to a problem, so that the remedy can be verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from dispatch.solver.explain_facts import Edit, EditKind
from dispatch.solver.problem import UNLIMITED, Problem, Window


def apply_edits(problem: Problem, edits: Iterable[Edit]) -> Problem:
    """The same problem with the edits made, in their order."""
    for edit in edits:
        problem = _APPLY[edit.kind](problem, edit.facts)
    return problem


def _with(problem: Problem, **changes: Any) -> Problem:
    """The same world but for entries that have just been validated on their own."""
    edited = copy(problem)
    for name, value in changes.items():
        object.__setattr__(edited, name, value)
    return edited


def _engineer(problem: Problem, number: int, **changes: Any) -> Problem:
    engineers = list(problem.engineers)
    engineers[number] = replace(engineers[number], **changes)
    return _with(problem, engineers=tuple(engineers))


def _shift(problem: Problem, number: int, **changes: Any) -> Problem:
    shifts = list(problem.shifts)
    shifts[number] = replace(shifts[number], **changes)
    return _with(problem, shifts=tuple(shifts))


def _visit(problem: Problem, number: int, **changes: Any) -> Problem:
    visits = list(problem.visits)
    visits[number] = replace(visits[number], **changes)
    return _with(problem, visits=tuple(visits))


def _train(problem: Problem, facts: Mapping[str, int]) -> Problem:
    number = facts["engineer"]
    skills = {**problem.engineers[number].skills, facts["skill"]: facts["level"]}
    return _engineer(problem, number, skills=skills)


def _allow(problem: Problem, facts: Mapping[str, int]) -> Problem:
    number, engineer = facts["visit"], facts["engineer"]
    work = problem.visits[number]
    required = work.required_engineers
    return _visit(
        problem,
        number,
        forbidden_engineers=work.forbidden_engineers - {engineer},
        required_engineers=required | {engineer} if required else required,
    )


def _give(problem: Problem, facts: Mapping[str, int]) -> Problem:
    number = facts["engineer"]
    return _engineer(problem, number, tools=problem.engineers[number].tools | {facts["tool"]})


def _stock(problem: Problem, facts: Mapping[str, int]) -> Problem:
    number, part = facts["engineer"], facts["part"]
    stock = dict(problem.engineers[number].stock)
    if stock.get(part, 0) != UNLIMITED:
        stock[part] = stock.get(part, 0) + facts["quantity"]
    return _engineer(problem, number, stock=stock)


def _widen(problem: Problem, facts: Mapping[str, int]) -> Problem:
    number = facts["visit"]
    windows = list(problem.visits[number].windows)
    wide = Window(facts["earliest"], facts["latest"])
    if windows:
        windows[facts["window"]] = wide
    else:
        windows = [wide]
    merged: list[Window] = []
    for window in sorted(windows, key=lambda w: w.earliest):
        if merged and window.earliest <= merged[-1].latest:
            merged[-1] = Window(merged[-1].earliest, max(merged[-1].latest, window.latest))
        else:
            merged.append(window)
    return _visit(problem, number, windows=tuple(merged))


def _extend(problem: Problem, facts: Mapping[str, int]) -> Problem:
    return _shift(problem, facts["shift"], latest_end=facts["time"])


def _raise(problem: Problem, facts: Mapping[str, int]) -> Problem:
    return _shift(problem, facts["shift"], max_travel=facts["max_travel"])


def _drop_break(problem: Problem, facts: Mapping[str, int]) -> Problem:
    breaks = problem.shifts[facts["shift"]].breaks
    kept = tuple(rest for number, rest in enumerate(breaks) if number != facts["break"])
    return _shift(problem, facts["shift"], breaks=kept)


def _unpin(problem: Problem, facts: Mapping[str, int]) -> Problem:
    return _visit(problem, facts["visit"], pins=())


def _drop_after(problem: Problem, facts: Mapping[str, int]) -> Problem:
    links = problem.visits[facts["visit"]].after
    kept = tuple(link for link in links if link.visit != facts["before"])
    return _visit(problem, facts["visit"], after=kept)


def _reduce(problem: Problem, facts: Mapping[str, int]) -> Problem:
    return _visit(problem, facts["visit"], crew_size=facts["crew_size"])


_APPLY: dict[EditKind, Callable[[Problem, Mapping[str, int]], Problem]] = {
    EditKind.TRAIN_SKILL: _train,
    EditKind.ALLOW_ENGINEER: _allow,
    EditKind.GIVE_TOOL: _give,
    EditKind.STOCK_VAN: _stock,
    EditKind.WIDEN_WINDOW: _widen,
    EditKind.EXTEND_SHIFT: _extend,
    EditKind.RAISE_MAX_TRAVEL: _raise,
    EditKind.DROP_BREAK: _drop_break,
    EditKind.UNPIN: _unpin,
    EditKind.DROP_AFTER: _drop_after,
    EditKind.REDUCE_CREW: _reduce,
}
