"""The auditor on single reasons: each code is recomputed with the numbers of its shortfall."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

from dispatch.solver.check_takes import Alone
from dispatch.solver.check_work import is_allowed
from dispatch.solver.claim import (
    BlockerCode,
    ClaimedReason,
    ClaimedUnassigned,
    Verdict,
)
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem, Window

WITHOUT_CLOCK = frozenset(
    {
        BlockerCode.NO_SKILL,
        BlockerCode.LEVEL_TOO_LOW,
        BlockerCode.FORBIDDEN_ENGINEER,
        BlockerCode.NOT_REQUIRED_ENGINEER,
        BlockerCode.PINNED_ELSEWHERE,
        BlockerCode.PREDECESSOR_UNASSIGNED,
        BlockerCode.CREW_TOO_SMALL,
        BlockerCode.NO_CAPACITY,
    }
)
"""Codes whose truth needs no walk over the shift."""


def wrong_reason(
    problem: Problem, alone: Alone, entry: ClaimedUnassigned, reason: ClaimedReason
) -> str:
    """What is wrong with a reason; empty if it holds."""
    if reason.code not in BlockerCode.__members__:
        return "there is no such code"
    code = BlockerCode(reason.code)
    for name, index, size in (
        ("shift", reason.shift, len(problem.shifts)),
        ("engineer", reason.engineer, len(problem.engineers)),
    ):
        if index is not None and not 0 <= index < size:
            return f"the case has no such {name}"
    engineer = reason.engineer
    if reason.shift is not None:
        owner = problem.shifts[reason.shift].engineer
        if engineer is not None and engineer != owner:
            return f"shift {reason.shift} belongs to engineer {owner}, not to {engineer}"
        engineer = owner
    judge = _JUDGES.get(code)
    wrong = judge(problem, entry.visit, engineer, reason) if judge is not None else ""
    if wrong:
        return wrong
    if code is BlockerCode.PREDECESSOR_UNASSIGNED:
        return _predecessor(alone, reason)
    if code is BlockerCode.NO_CAPACITY and entry.verdict != Verdict.DISPLACED:
        return "an impossible visit lacks more than a place"
    if code in WITHOUT_CLOCK or reason.shift is None:
        return ""
    if alone.takes_on(entry.visit, reason.shift) and not problem.visits[entry.visit].after:
        return f"shift {reason.shift} takes the visit alone"
    return _seconds(problem, alone, entry.visit, code, reason)


def _skill(problem: Problem, visit: int, engineer: int | None, reason: ClaimedReason) -> str:
    wanted = dict(problem.visits[visit].skills)
    skill = reason.shortfall.get("skill")
    level = reason.shortfall.get("level")
    if skill is None or skill not in wanted:
        return f"skill {skill} is not required"
    if level is not None and level != wanted[skill]:
        return f"level {level} is claimed, {wanted[skill]} is required"
    if engineer is None:
        return ""
    has = problem.engineers[engineer].skills.get(skill, 0)
    if has >= wanted[skill]:
        return f"engineer {engineer} has skill {skill} at level {has}"
    if (has > 0) != (reason.code == BlockerCode.LEVEL_TOO_LOW):
        return f"engineer {engineer} has skill {skill} at level {has}"
    if reason.shortfall.get("has", has) != has:
        return f"engineer {engineer} has level {has}, not {reason.shortfall['has']}"
    return ""


def _person(problem: Problem, visit: int, engineer: int | None, reason: ClaimedReason) -> str:
    work = problem.visits[visit]
    if reason.code == BlockerCode.FORBIDDEN_ENGINEER:
        true = bool(work.forbidden_engineers) and engineer in {*work.forbidden_engineers, None}
        return "" if true else f"engineer {engineer} is not forbidden"
    required = work.required_engineers
    true = bool(required) and engineer not in required
    return "" if true else f"engineer {engineer} is one of the required or none is required"


def _tool(problem: Problem, visit: int, engineer: int | None, reason: ClaimedReason) -> str:
    tool = reason.shortfall.get("tool")
    if tool is None or tool not in problem.visits[visit].tools:
        return f"tool {tool} is not required"
    if engineer is not None and tool in problem.engineers[engineer].tools:
        return f"engineer {engineer} carries tool {tool}"
    return ""


def _part(problem: Problem, visit: int, engineer: int | None, reason: ClaimedReason) -> str:
    needed = dict(problem.visits[visit].parts)
    part = reason.shortfall.get("part")
    if part is None or part not in needed:
        return f"part {part} is not required"
    if reason.shortfall.get("quantity", needed[part]) != needed[part]:
        return f"{reason.shortfall['quantity']} are claimed, {needed[part]} are required"
    if reason.shortfall.get("available", 0) >= needed[part]:
        return f"{reason.shortfall['available']} are said to be available, enough for the visit"
    if engineer is not None:
        have = problem.engineers[engineer].stock.get(part, 0)
        if have == UNLIMITED:
            return f"engineer {engineer} carries part {part} without limit"
    return ""


def _pin(problem: Problem, visit: int, engineer: int | None, reason: ClaimedReason) -> str:
    pins = problem.visits[visit].pins
    if not pins:
        return "the visit is not pinned"
    if reason.code == BlockerCode.PINNED_ELSEWHERE:
        shifts = {pin.shift for pin in pins}
        if reason.shift in shifts or reason.shortfall.get("shift", pins[0].shift) not in shifts:
            return f"the visit is pinned to shifts {sorted(shifts)}"
        if engineer is not None and reason.shift is None:
            owners = {problem.shifts[shift].engineer for shift in shifts}
            return f"engineer {engineer} has the pinned shift" if engineer in owners else ""
    elif (reason.code == BlockerCode.FROZEN) != any(pin.frozen or pin.started for pin in pins):
        return "the pin is of the other kind: the freeze or the dispatcher's hand"
    return ""


def _crew(problem: Problem, visit: int, _engineer: int | None, reason: ClaimedReason) -> str:
    size = problem.visits[visit].crew_size
    if size < 2:
        return "the visit needs no crew"
    if reason.shortfall.get("crew_size", size) != size:
        return f"a crew of {reason.shortfall['crew_size']} is claimed, {size} are needed"
    most = sum(is_allowed(problem, visit, e) for e in range(len(problem.engineers)))
    if not 0 <= reason.shortfall.get("available", 0) <= most:
        return f"{reason.shortfall['available']} are claimed to be available, at most {most} are"
    return "" if reason.shortfall.get("available", 0) < size else "there are enough engineers"


def _after(problem: Problem, visit: int, _engineer: int | None, reason: ClaimedReason) -> str:
    before = reason.shortfall.get("visit")
    links = {link.visit for link in problem.visits[visit].after}
    if before is None or before not in links:
        return f"the visit does not follow visit {before}"
    return ""


def _predecessor(alone: Alone, reason: ClaimedReason) -> str:
    before = reason.shortfall.get("visit")
    return f"visit {before} is assigned" if before in alone.served else ""


_Judge = Callable[[Problem, int, "int | None", ClaimedReason], str]
_JUDGES: dict[BlockerCode, _Judge] = {
    BlockerCode.NO_SKILL: _skill,
    BlockerCode.LEVEL_TOO_LOW: _skill,
    BlockerCode.FORBIDDEN_ENGINEER: _person,
    BlockerCode.NOT_REQUIRED_ENGINEER: _person,
    BlockerCode.NO_TOOL: _tool,
    BlockerCode.NO_PART: _part,
    BlockerCode.PART_TOO_LATE: _part,
    BlockerCode.PINNED_ELSEWHERE: _pin,
    BlockerCode.PIN_BLOCKED: _pin,
    BlockerCode.FROZEN: _pin,
    BlockerCode.CREW_TOO_SMALL: _crew,
    BlockerCode.AFTER_DELAY: _after,
    BlockerCode.PREDECESSOR_UNASSIGNED: _after,
}


def _seconds(
    problem: Problem, alone: Alone, visit: int, code: BlockerCode, reason: ClaimedReason
) -> str:
    """The claimed seconds are enough, and one second less is not."""
    seconds, shift = reason.shortfall.get("seconds"), reason.shift
    if seconds is None or shift is None:
        return ""
    if seconds <= 0:
        return f"{seconds} s are claimed, expected more than none"
    enough = _eased(problem, visit, shift, code, seconds)
    less = _eased(problem, visit, shift, code, seconds - 1)
    if enough is None or less is None:
        return ""
    if alone.with_problem(enough).takes_on(visit, shift) is False:
        return f"{seconds} s are not enough"
    # With the visit it follows on board the way may even be shorter, which proves nothing.
    if not problem.visits[visit].after and alone.with_problem(less).takes_on(visit, shift):
        return f"less than {seconds} s are enough"
    return ""


def _eased(
    problem: Problem, visit: int, shift: int, code: BlockerCode, seconds: int
) -> Problem | None:
    """The same world with the window, the shift or the bound on travel moved by some seconds."""
    work, block = problem.visits[visit], problem.shifts[shift]
    if code is BlockerCode.OUTSIDE_WINDOW:
        if not work.windows or work.windows[-1].latest >= FOREVER:
            return None
        last = work.windows[-1]
        windows = (*work.windows[:-1], Window(last.earliest, last.latest + seconds))
        visits = list(problem.visits)
        visits[visit] = replace(work, windows=windows)
        return _with(problem, visits=tuple(visits))
    if code is BlockerCode.SHIFT_TOO_SHORT:
        block = replace(block, latest_end=block.latest_end + seconds)
    elif code is BlockerCode.MAX_TRAVEL and block.max_travel is not None:
        block = replace(block, max_travel=block.max_travel + seconds)
    else:
        return None
    shifts = list(problem.shifts)
    shifts[shift] = block
    return _with(problem, shifts=tuple(shifts))


def _with(problem: Problem, **fields: object) -> Problem:
    """A copy with other fields, which are sound: a large matrix need not be validated again."""
    other = copy(problem)
    for name, value in fields.items():
        object.__setattr__(other, name, value)
    return other
