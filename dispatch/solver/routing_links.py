"""Rules between visits: crews in step, visits that wait for others."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dispatch.solver.problem import Problem
from dispatch.solver.routing_draft import Draft


def add_crews(draft: Draft) -> None:
    """A crew is complete, of different engineers, starts together and ends with the slowest."""
    solver = draft.solver
    engineers = [shift.engineer for shift in draft.problem.shifts]
    for v, visit in enumerate(draft.problem.visits):
        copies = draft.plan.copies[v]
        if visit.crew_size == 1 or v in draft.without:
            continue
        for one, other in pairwise(copies):
            if draft.soft:
                # Members join in the order of the copies, so the last one means a whole crew.
                solver.Add(draft.active(other) <= draft.active(one))
            else:
                solver.Add(draft.active(other) == draft.active(one))
            together = solver.IsEqualVar(draft.start(one), draft.start(other))
            solver.Add(draft.active(other) <= together)
        members = [draft.by_vehicle(engineers, n, -1 - i).Var() for i, n in enumerate(copies)]
        solver.Add(solver.AllDifferent(members))
        _wait_for_the_slowest(draft, v)


def add_links(draft: Draft) -> None:
    """A visit follows its predecessor within the delays, and stays out when that one is out."""
    solver = draft.solver
    for v, visit in enumerate(draft.problem.visits):
        if v in draft.without or not visit.after:
            continue
        leader = draft.plan.copies[v][0]
        for link in visit.after:
            before = draft.plan.copies[link.visit]
            solver.Add(draft.active(leader) <= draft.active(before[-1]))
            delay = draft.start(leader) - _finish(draft, link.visit)
            enough = solver.IsGreaterOrEqualCstVar(delay, link.min_delay)
            solver.Add(draft.active(leader) <= enough)
            if link.max_delay is not None:
                soon = solver.IsLessOrEqualCstVar(delay, link.max_delay)
                solver.Add(draft.active(leader) <= soon)


def has_links(problem: Problem) -> bool:
    """Whether some rule ties several routes together, beyond what the route filters see."""
    visits = problem.visits
    if any(v.crew_size > 1 or v.after for v in visits):
        return True
    return any(v.parts or v.tools for v in visits) and bool(problem.depots)


def _finish(draft: Draft, v: int) -> Any:
    """Last finish of a visit: all members of a crew finish with the slowest."""
    copies = draft.plan.copies[v]
    return draft.start(copies[0]) + _slowest(draft, v)


def _slowest(draft: Draft, v: int) -> Any:
    work = [_work(draft, n) for n in draft.plan.copies[v]]
    return work[0] if len(work) == 1 else draft.solver.Max([w.Var() for w in work])


def _work(draft: Draft, n: int) -> Any:
    problem, node = draft.problem, draft.plan.nodes[n]
    values = [problem.duration(node.index, s.engineer) for s in problem.shifts]
    if len({values[s] for s in node.shifts}) <= 1:
        return draft.solver.IntConst(values[node.shifts[0]] if node.shifts else 0)
    return draft.by_vehicle(values, n, 0)


def _wait_for_the_slowest(draft: Draft, v: int) -> None:
    problem, copies = draft.problem, draft.plan.copies[v]
    allowed = {s for n in copies for s in draft.plan.nodes[n].shifts}
    if len({problem.duration(v, problem.shifts[s].engineer) for s in allowed}) <= 1:
        return
    longest = _slowest(draft, v).Var()
    for n in copies:
        wait = draft.solver.Max(longest - _work(draft, n), 0)
        draft.crew_waits[n] = wait
        enough = draft.solver.IsGreaterOrEqualVar(draft.time.SlackVar(n), wait.Var())
        draft.solver.Add(draft.active(n) <= enough)
