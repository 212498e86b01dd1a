"""Why each unassigned visit is in no route: facts, proved by exhaustive tests and insertion.

`impossible`: every order of the visit with the pinned visits of each shift was tried in vain;
`displaced`: some shift takes it alone, and these visits hold its place; `missed`: a place is free
as the plan stands, so the planner must use it (a wrong reason is worse than none).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from dispatch.solver.claim import BlockerCode, Verdict
from dispatch.solver.explain_alone import Undecided
from dispatch.solver.explain_blockers import blockers_of
from dispatch.solver.explain_compete import Competitor
from dispatch.solver.explain_edits import apply_edits
from dispatch.solver.explain_facts import Blocker, Edit, EditKind, Explanation, Remedy
from dispatch.solver.explain_insert import insertable
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.explain_remedy import find_remedy
from dispatch.solver.explain_together import able_shifts, can_be_planned, may_be_on
from dispatch.solver.explain_world import AbsentWorld, read_plan
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution

__all__ = [
    "Blocker",
    "Edit",
    "EditKind",
    "Explanation",
    "Remedy",
    "apply_edits",
    "explain",
    "explain_absent",
    "explain_all",
    "explain_visit",
    "insertable",
    "plannable_alone",
    "solution_of",
]


def explain(
    problem: Problem, schedule: Schedule, cancelled: Callable[[], bool] | None = None
) -> tuple[Explanation, ...]:
    """Explain every unassigned visit of a schedule, in the order of the visits.

    Parameters
    ----------
    cancelled
        Polled between visits; after it says so, verdicts and reasons are still found, but
        neither remedies nor prices.
    """
    return explain_all(problem, schedule, cancelled, {})


def explain_all(
    problem: Problem,
    schedule: Schedule,
    cancelled: Callable[[], bool] | None,
    known: Mapping[int, Explanation],
    *,
    stop_at_missed: bool = False,
    last: Collection[int] = (),
) -> tuple[Explanation, ...]:
    """Explain like `explain`, but take what is known, and stop at the first missed visit if asked.

    Parameters
    ----------
    known
        Explanations that still hold, by visit.
    last
        Visits to be explained after the others.
    """
    world = AbsentWorld(problem, read_plan(problem, schedule))
    competitor = Competitor(problem, schedule)
    verdicts = {visit: explanation.verdict for visit, explanation in known.items()}
    found = []
    for visit in sorted(schedule.unassigned, key=lambda v: (v in last, _depth(problem, v))):
        brief = cancelled is not None and cancelled()
        explanation = known.get(visit) or _explain(world, competitor, visit, verdicts, brief)
        verdicts[visit] = explanation.verdict
        found.append(explanation)
        if stop_at_missed and explanation.place is not None:
            break
    return tuple(sorted(found, key=lambda explanation: explanation.visit))


def explain_visit(problem: Problem, schedule: Schedule, visit: int) -> Explanation:
    """Explain one unassigned visit of a schedule."""
    world = AbsentWorld(problem, read_plan(problem, schedule))
    return _explain(world, Competitor(problem, schedule), visit, {}, brief=False)


def plannable_alone(problem: Problem, schedule: Schedule, visit: int) -> bool:
    """Whether some shift (or crew) takes the visit when every other unpinned visit is absent.

    Raises
    ------
    Undecided
        There are too many orders to try them all.
    """
    return can_be_planned(AbsentWorld(problem, read_plan(problem, schedule)), visit) is not None


def _explain(
    world: AbsentWorld,
    competitor: Competitor,
    visit: int,
    verdicts: Mapping[int, Verdict],
    brief: bool,
) -> Explanation:
    place = competitor.insert(visit)
    if place is not None:
        return Explanation(visit, Verdict.MISSED, place=Solution(place))
    return explain_absent(world, visit, verdicts, competitor, brief=brief)


def explain_absent(
    world: AbsentWorld,
    visit: int,
    verdicts: Mapping[int, Verdict],
    competitor: Competitor | None = None,
    *,
    brief: bool = False,
) -> Explanation:
    """Explain a visit that has no free place, from the world without the unpinned visits.

    Parameters
    ----------
    verdicts
        Of the left-out visits that it follows, where they are known.
    competitor
        Who finds the visits that hold its place; None: nobody looks for them.
    brief
        Leave out remedy, price and exchange.
    """
    try:
        alone = can_be_planned(world, visit) is not None
    except Undecided:
        # Nothing is proved, so nothing worse is said than that others hold the place.
        alone = True
    blockers = _blockers(world, visit)
    if not alone:
        blockers = (*_general(world, visit, verdicts), *blockers)
        remedy = None if brief else find_remedy(world, visit, blockers)
        return Explanation(visit, Verdict.IMPOSSIBLE, blockers, remedy)
    return _displaced(world, competitor, visit, blockers, brief)


def _displaced(
    world: AbsentWorld,
    competitor: Competitor | None,
    visit: int,
    blockers: tuple[Blocker, ...],
    brief: bool,
) -> Explanation:
    problem = world.problem
    blocked = {blocker.shift for blocker in blockers}
    open_shifts = [
        s for s in range(len(problem.shifts)) if s not in blocked and may_be_on(world, visit, s)
    ]
    full = tuple(
        Blocker(BlockerCode.NO_CAPACITY, s, problem.shifts[s].engineer) for s in open_shifts
    )
    waiting = tuple(
        Blocker(BlockerCode.PREDECESSOR_UNASSIGNED, shortfall={"visit": link.visit})
        for link in problem.visits[visit].after
        if link.visit not in world.starts
    )
    competition = None
    if competitor is not None and not brief:
        competition = competitor.compete(visit, open_shifts)
    reasons = (*waiting, *(full or (Blocker(BlockerCode.NO_CAPACITY),)), *blockers)
    if competition is None:
        return Explanation(visit, Verdict.DISPLACED, reasons)
    if competition.better:
        # The plan with the visit in it is better, so the search has missed it.
        return Explanation(visit, Verdict.MISSED, place=Solution(competition.routes))
    return Explanation(
        visit,
        Verdict.DISPLACED,
        reasons,
        displaces=competition.displaces,
        price=competition.price,
    )


def _blockers(world: AbsentWorld, visit: int) -> tuple[Blocker, ...]:
    """What blocks each shift taken by itself."""
    shifts = range(len(world.problem.shifts))
    return tuple(blocker for s in shifts for blocker in blockers_of(world, visit, s))


def _general(
    world: AbsentWorld, visit: int, verdicts: Mapping[int, Verdict]
) -> tuple[Blocker, ...]:
    """Blockers of no single shift: predecessors, delays, too few for a crew."""
    problem = world.problem
    work = problem.visits[visit]
    try:
        able = able_shifts(world, visit)
    except Undecided:
        able = ()
    found = [
        Blocker(BlockerCode.PREDECESSOR_UNASSIGNED, shortfall={"visit": link.visit})
        for link in work.after
        if verdicts.get(link.visit) is Verdict.IMPOSSIBLE
    ]
    engineers = {problem.shifts[s].engineer for s in able}
    if work.crew_size > 1 and (len(engineers) < work.crew_size or not work.after):
        ready = min(len(engineers), work.crew_size - 1)
        facts = {"crew_size": work.crew_size, "available": ready}
        found.append(Blocker(BlockerCode.CREW_TOO_SMALL, shortfall=facts))
    elif able and not found:
        found += [
            Blocker(BlockerCode.AFTER_DELAY, shortfall={"visit": link.visit}) for link in work.after
        ]
    return tuple(found)


def _depth(problem: Problem, visit: int) -> tuple[int, int]:
    """Predecessors first, so that their verdicts are known."""
    links = problem.visits[visit].after
    return max((_depth(problem, link.visit)[0] + 1 for link in links), default=0), visit
