"""Rules of parts and tools: van stock, depots with finite stock and deliveries, tools aboard.

For each part a dimension counts what is missing from a full van, `most` being full: a visit adds
its need, a pickup takes off whatever it loads. Counting the gap rather than the load lets the
capacity filters of OR-Tools see a van that runs empty.
"""

from __future__ import annotations

from typing import Any

from dispatch.solver.problem import UNLIMITED, Depot
from dispatch.solver.routing_draft import LOADS_FIRST, Draft
from dispatch.solver.routing_nodes import NodeKind, offers_part


def add_parts(draft: Draft) -> None:
    """A visit takes its parts from the van, which carries its stock on from shift to shift."""
    need: dict[int, int] = {}
    for visit in draft.problem.visits:
        for part, quantity in visit.parts:
            need[part] = need.get(part, 0) + quantity
    for part, most in sorted(need.items()):
        if any(_van(draft, e, part, most) < most for e in range(len(draft.problem.engineers))):
            _add_part(draft, part, most)


def add_tools(draft: Draft) -> None:
    """A tool is the engineer's own or comes from a depot visited before in the same shift."""
    problem = draft.problem
    for tool in sorted({t for v in problem.visits for t in v.tools}):
        offered = any(tool in d.tools for d in problem.depots)
        crews = any(tool in v.tools and v.crew_size > 1 for v in problem.visits)
        if not offered and not crews:
            # The allowed shifts already hold the rule.
            continue
        lends = [
            int(node.kind is not NodeKind.VISIT and tool in problem.depots[node.index].tools)
            for node in draft.plan.nodes
        ]
        lends += [0] * (draft.plan.size - len(lends))
        name = f"tool {tool}"
        evaluator = draft.model.RegisterUnaryTransitVector(lends)
        draft.model.AddDimension(evaluator, 0, len(lends) + 1, False, name)
        aboard = draft.model.GetDimensionOrDie(name)
        for s, shift in enumerate(problem.shifts):
            owned = int(tool in problem.engineers[shift.engineer].tools)
            aboard.CumulVar(draft.model.Start(s)).SetValue(owned)
        for v, visit in enumerate(problem.visits):
            if tool in visit.tools:
                _need_tool(draft, aboard, v)


def _need_tool(draft: Draft, aboard: Any, v: int) -> None:
    copies = draft.plan.copies[v]
    if draft.problem.visits[v].crew_size > 1:
        # The tool is needed once per crew, in any of its vans.
        owned = [draft.solver.IsGreaterOrEqualCstVar(aboard.CumulVar(n), 1) for n in copies]
        there = [draft.active(n) * has for n, has in zip(copies, owned, strict=True)]
        draft.solver.Add(draft.solver.Sum(there) >= draft.active(copies[-1]))
    elif draft.plan.nodes[copies[0]].started:
        return
    elif draft.soft:
        aboard.SetCumulVarSoftLowerBound(copies[0], 1, draft.scale.shortage)
    else:
        aboard.CumulVar(copies[0]).SetMin(1)


def _add_part(draft: Draft, part: int, most: int) -> None:
    problem, model = draft.problem, draft.model
    needs = [_need(draft, n, part) for n in draft.indices]
    crews = {n for n, v in draft.visit_nodes() if problem.visits[v].crew_size > 1}
    transit = [0 if n in crews else needs[n] for n in draft.indices]
    for n, node in enumerate(draft.plan.nodes):
        if node.kind is NodeKind.PICKUP and offers_part(problem.depots[node.index], part):
            transit[n] = -most
        elif node.fixed is not None:
            transit[n] = -min(dict(node.fixed.loads).get(part, 0), most)
    transit += [0] * (draft.plan.size - len(transit))
    roof = 2 * most if draft.soft else most
    name = f"part {part}"
    evaluator = model.RegisterUnaryTransitVector(transit)
    model.AddDimension(evaluator, most, roof, False, name)
    gap = model.GetDimensionOrDie(name)
    for n in range(model.Size()):
        slack = gap.SlackVar(n)
        kind = draft.plan.nodes[n].kind if n in draft.indices else None
        if kind is NodeKind.PICKUP and transit[n] < 0:
            # What a full load leaves over; a small load is the better one, stock is shared.
            draft.loads.setdefault(n, []).append((part, most - slack))
            model.AddWeightedVariableMaximizedByFinalizer(slack, LOADS_FIRST)
        elif n in crews and needs[n]:
            slack.SetMax(needs[n])
            if draft.soft:
                # A crew member gives only what the van holds, even where single visits may cheat.
                held = draft.solver.IsLessOrEqualCstVar(gap.CumulVar(n) + slack, most)
                draft.solver.Add(draft.active(n) <= held)
            draft.takes.setdefault(n, []).append((part, slack))
            model.AddWeightedVariableMinimizedByFinalizer(slack, LOADS_FIRST)
        elif kind is not NodeKind.FIXED:
            # A fixed pickup may bring more than is ever needed: the slack swallows the rest.
            slack.SetValue(0)
        if draft.soft and n in draft.indices and needs[n] and n not in crews:
            gap.SetCumulVarSoftUpperBound(n, most - needs[n], draft.scale.shortage)
    _share_crew_parts(draft, gap, part)
    _carry_stock_over(draft, gap, part, most)
    for d, depot in enumerate(problem.depots):
        _limit_depot(draft, d, depot, part)


def _need(draft: Draft, n: int, part: int) -> int:
    node = draft.plan.nodes[n]
    if node.kind is not NodeKind.VISIT:
        return 0
    return dict(draft.problem.visits[node.index].parts).get(part, 0)


def _van(draft: Draft, engineer: int, part: int, most: int) -> int:
    stock = draft.problem.engineers[engineer].stock.get(part, 0)
    return most if stock == UNLIMITED else min(stock, most)


def _share_crew_parts(draft: Draft, gap: Any, part: int) -> None:
    """The vans of a crew give together what the visit needs once."""
    for v, visit in enumerate(draft.problem.visits):
        need = dict(visit.parts).get(part, 0)
        if visit.crew_size == 1 or not need or v in draft.without:
            continue
        copies = draft.plan.copies[v]
        given = [gap.SlackVar(n) * draft.active(n) for n in copies]
        # While a crew is not complete, the search may plan the first members without parts.
        draft.solver.Add(draft.solver.Sum(given) >= need * draft.active(copies[-1]))
        draft.solver.Add(draft.solver.Sum(given) <= need)


def _carry_stock_over(draft: Draft, gap: Any, part: int, most: int) -> None:
    """The first shift starts with the van's stock, the next with what the last one left."""
    for e in range(len(draft.problem.engineers)):
        before = None
        for s in draft.problem.shifts_of(e):
            first = gap.CumulVar(draft.model.Start(s))
            if before is None:
                first.SetValue(most - _van(draft, e, part, most))
            else:
                draft.solver.Add(first == gap.CumulVar(draft.model.End(before)))
            before = s


def _limit_depot(draft: Draft, d: int, depot: Depot, part: int) -> None:
    """What all vans load by any moment has been in stock or delivered by then."""
    stock = depot.stock.get(part, 0)
    if depot.unlimited or stock == UNLIMITED:
        return
    solver = draft.solver
    loads: list[tuple[int, Any]] = []
    for n, node in enumerate(draft.plan.nodes):
        if node.kind is NodeKind.VISIT or node.index != d:
            continue
        if node.fixed is not None:
            quantity = dict(node.fixed.loads).get(part, 0)
            if quantity:
                loads.append((n, solver.IntConst(quantity)))
        else:
            load = dict(draft.loads.get(n, [])).get(part)
            if load is not None:
                loads.append((n, load * draft.active(n)))
    if not loads:
        return
    arrivals = sorted((when, q) for when, p, q in depot.inbound if p == part and q > 0)
    total = stock + sum(q for _, q in arrivals)
    solver.Add(solver.Sum([load for _, load in loads]) <= total)
    for moment in sorted({when for when, _ in arrivals}):
        there = stock + sum(q for when, q in arrivals if when < moment)
        # Loads that start before the delivery share what was there before it.
        early = [
            load * solver.IsLessCstVar(draft.start(n), moment + draft.base) for n, load in loads
        ]
        solver.Add(solver.Sum(early) <= there)
