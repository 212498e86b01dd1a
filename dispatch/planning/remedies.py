"""A remedy for people and for machines: sentences, and edits of the case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from dispatch.domain import Case, Remedy, Shift, TimeWindow
from dispatch.planning.edits import Edits
from dispatch.planning.history import break_order, keep
from dispatch.planning.legend import Legend
from dispatch.planning.sentences import Language, remedy_sentence
from dispatch.planning.windows import start_windows
from dispatch.solver.explain_facts import Edit, EditKind
from dispatch.solver.explain_facts import Remedy as RemedyFacts
from dispatch.solver.problem import Problem

__all__ = ["tell_remedy"]

Facts = Mapping[str, int]


def tell_remedy(remedy: RemedyFacts, problem: Problem, case: Case, legend: Legend) -> Remedy | None:
    """Say what the solver found out about a remedy in ids, sentences and JSON Patch operations.

    Parameters
    ----------
    remedy
        Edits in indices.
    problem
        What they change; what has begun may have made its vans richer than the case says.
    case
        The world that they change.
    legend
        Its numbering.

    Returns
    -------
    Remedy or None
        ``change`` names the kinds of the edits, joined by a plus sign. None when nobody could
        live by it: an engineer would be in two shifts at once.
    """
    edits = Edits(case)
    for edit in remedy.edits:
        facts = edit.facts
        if edit.kind is EditKind.STOCK_VAN:
            facts = {
                **facts,
                "quantity": facts["quantity"] + _used_up(facts, problem, case, legend),
            }
        _MAKE[edit.kind](edits, facts, legend)
    for before, after in zip(case.engineers, edits.case.engineers, strict=True):
        if before is not after and _overlap(after.shifts) and not _overlap(before.shifts):
            return None
    return Remedy(
        change="+".join(edit.kind.value for edit in remedy.edits),
        message=_sentences(remedy, case, legend, "en"),
        edits=tuple(edits.made),
        message_zh=_sentences(remedy, case, legend, "zh"),
    )


def _used_up(facts: Facts, problem: Problem, case: Case, legend: Legend) -> int:
    """Pieces that the past took from a van beyond what the case gives it."""
    number, part = facts["engineer"], facts["part"]
    given = case.engineers[number].van_stock.get(legend.parts[part], 0)
    return 0 if given is None else max(0, problem.engineers[number].stock.get(part, 0) - given)


def _overlap(shifts: tuple[Shift, ...]) -> bool:
    ordered = sorted(shifts, key=lambda one: one.start)
    return any(one.limit > other.start for one, other in pairwise(ordered))


def _sentences(remedy: RemedyFacts, case: Case, legend: Legend, language: Language) -> str:
    said = [
        remedy_sentence(edit.kind.value, _words(edit, case, legend), language=language)
        for edit in remedy.edits
    ]
    return ("" if language == "zh" else " ").join(said)


def _words(edit: Edit, case: Case, legend: Legend) -> dict[str, Any]:
    """Names and times in the place of indices and seconds."""
    names = {
        "shift": legend.shifts,
        "visit": legend.visits,
        "before": legend.visits,
        "skill": legend.skills,
        "tool": legend.tools,
        "part": legend.parts,
    }
    words: dict[str, Any] = {}
    for key, value in edit.facts.items():
        if key == "engineer":
            words[key] = case.engineers[value].name or case.engineers[value].id
        elif key in names:
            words[key] = names[key][value]
        elif key in {"earliest", "latest", "time"}:
            words[key] = legend.instant(value).isoformat()
        elif key == "break":
            words[key] = value + 1
        else:
            words[key] = value
    return words


def _train(edits: Edits, facts: Facts, legend: Legend) -> None:
    engineer, skill = legend.engineers[facts["engineer"]], legend.skills[facts["skill"]]
    edits.train(engineer, skill, facts["level"])


def _allow(edits: Edits, facts: Facts, legend: Legend) -> None:
    visit, engineer = legend.visits[facts["visit"]], legend.engineers[facts["engineer"]]
    rules = edits.visit(visit).engineers
    required = rules.required
    if required and engineer not in required:
        required = (*required, engineer)
    forbidden = tuple(one for one in rules.forbidden if one != engineer)
    edits.set_rules(visit, replace(rules, required=required, forbidden=forbidden))


def _give(edits: Edits, facts: Facts, legend: Legend) -> None:
    edits.give_tool(legend.engineers[facts["engineer"]], legend.tools[facts["tool"]])


def _stock(edits: Edits, facts: Facts, legend: Legend) -> None:
    engineer, part = legend.engineers[facts["engineer"]], legend.parts[facts["part"]]
    edits.stock_van(engineer, part, facts["quantity"])


def _widen(edits: Edits, facts: Facts, legend: Legend) -> None:
    """Write the windows out as the solver sees them, and move what cuts the widened one."""
    visit = legend.visits[facts["visit"]]
    low, high = legend.instant(facts["earliest"]), legend.instant(facts["latest"])
    whole = edits.case.planning_window
    work = edits.visit(visit)
    windows = [
        TimeWindow(legend.instant(one.earliest), legend.instant(one.latest))
        for one in start_windows(work, legend, legend.seconds(whole.end))
    ]
    if windows:
        windows[facts["window"]] = TimeWindow(low, high)
    else:
        windows = [TimeWindow(low, high)]
    edits.set_windows(visit, windows)
    if low < whole.start or high > whole.end:
        edits.set_planning_window(TimeWindow(min(low, whole.start), max(high, whole.end)))
    due = work.due
    if due is not None:
        earliest, latest = _reaching(due.earliest, low, min), _reaching(due.latest, high, max)
        if (earliest, latest) != (due.earliest, due.latest):
            edits.set_due(visit, replace(due, earliest=earliest, latest=latest))


def _reaching(
    bound: datetime | None, wanted: datetime, choose: Callable[[datetime, datetime], datetime]
) -> datetime | None:
    return None if bound is None else choose(bound, wanted)


def _extend(edits: Edits, facts: Facts, legend: Legend) -> None:
    edits.end_shift(legend.shifts[facts["shift"]], legend.instant(facts["time"]))


def _raise(edits: Edits, facts: Facts, legend: Legend) -> None:
    bound = timedelta(seconds=facts["max_travel"])
    edits.bound_travel(legend.shifts[facts["shift"]], bound)


def _drop_break(edits: Edits, facts: Facts, legend: Legend) -> None:
    shift = legend.shifts[facts["shift"]]
    block = edits.shift(shift)
    order = break_order(block, keep(edits.case, legend), legend)
    dropped = order[facts["break"]]
    edits.set_breaks(shift, (one for place, one in enumerate(block.breaks) if place != dropped))


def _unpin(edits: Edits, facts: Facts, legend: Legend) -> None:
    edits.unpin(legend.visits[facts["visit"]])


def _drop_after(edits: Edits, facts: Facts, legend: Legend) -> None:
    visit, before = legend.visits[facts["visit"]], legend.visits[facts["before"]]
    edits.set_after(visit, (one for one in edits.visit(visit).after if one.visit != before))


def _reduce(edits: Edits, facts: Facts, legend: Legend) -> None:
    edits.set_crew(legend.visits[facts["visit"]], facts["crew_size"])


_MAKE: dict[EditKind, Callable[[Edits, Facts, Legend], None]] = {
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
