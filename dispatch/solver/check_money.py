"""The auditor on money: every component of the cost, recomputed from routes and tariffs."""

from __future__ import annotations

from dispatch.solver.check_assignment import presences
from dispatch.solver.check_figures import loads_of, overtime_of
from dispatch.solver.check_road import legs_of, travel_of
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedCost
from dispatch.solver.problem import Problem, Tier


def check_money(problem: Problem, claim: Claim, report: Report) -> None:
    """Recompute the cost, component by component, if the plan claims one (4a, Money)."""
    if claim.cost is not None:
        _check_cost(problem, claim, claim.cost, report)


def _check_cost(problem: Problem, claim: Claim, cost: ClaimedCost, report: Report) -> None:
    travel, labour, overtime = _route_money(problem, claim)
    sla, due, preference, churn = _visit_money(problem, claim)
    fairness, worst_lateness = (
        _fairness_money(problem, claim),
        _worst_lateness_money(problem, claim),
    )
    prices = prices_of_tiers(problem)
    left_out = {entry.visit for entry in claim.unassigned if entry.visit != UNKNOWN}
    unassigned = sum(prices[problem.visits[visit].tier] for visit in left_out)
    total = travel + labour + overtime + sla + due + preference + churn + unassigned
    total += fairness + worst_lateness
    for rule, name, claimed, expected in (
        (Rule.COST_TRAVEL, "travel", cost.travel, travel),
        (Rule.COST_LABOUR, "labour", cost.labour, labour),
        (Rule.COST_OVERTIME, "overtime", cost.overtime, overtime),
        (Rule.COST_SLA, "sla", cost.sla, sla),
        (Rule.COST_DUE, "due", cost.due, due),
        (Rule.COST_PREFERENCE, "preference", cost.preference, preference),
        (Rule.COST_CHURN, "churn", cost.churn, churn),
        (Rule.COST_FAIRNESS, "fairness", cost.fairness, fairness),
        (Rule.COST_WORST_LATENESS, "worst lateness", cost.worst_lateness, worst_lateness),
        (Rule.COST_UNASSIGNED, "unassigned", cost.unassigned, unassigned),
        (Rule.COST_TOTAL, "total", cost.total, total),
    ):
        report.expect(rule, f"cost: {name}", claimed, expected)


def rounded(numerator: int, denominator: int) -> int:
    """Divide and round half up; both are non-negative."""
    whole, rest = divmod(numerator, denominator)
    return whole + (1 if 2 * rest >= denominator else 0)


def _route_money(problem: Problem, claim: Claim) -> tuple[int, int, int]:
    travel = labour = overtime = 0
    for route in claim.routes:
        if route.shift == UNKNOWN:
            continue
        tariff = problem.shifts[route.shift].tariff
        metres = sum(max(0, travel_of(problem, route, leg)[1]) for leg in legs_of(problem, route))
        extra = overtime_of(problem, route)
        regular = max(0, route.end - route.start - extra)
        travel += rounded(tariff.per_km * metres, 1000)
        labour += tariff.per_shift + rounded(tariff.per_hour * regular, 3600)
        overtime += rounded(tariff.per_overtime_hour * extra, 3600)
    return travel, labour, overtime


def _visit_money(problem: Problem, claim: Claim) -> tuple[int, int, int, int]:
    sla = due = preference = churn = 0
    for number, crew in presences(claim).items():
        visit = problem.visits[number]
        start = min(member.stop.start for member in crew)
        arrive = min(member.stop.arrive for member in crew)
        engineers = {problem.shifts[member.route.shift].engineer for member in crew}
        if visit.sla is not None and arrive > visit.sla.arrive_by:
            late = arrive - visit.sla.arrive_by
            sla += visit.sla.breach_fee + rounded(visit.sla.lateness_per_hour * late, 3600)
        if visit.due is not None and visit.due.ideal is not None:
            early, late = visit.due.ideal - start, start - visit.due.ideal
            due += rounded(visit.due.earliness_per_day * max(0, early), 86400)
            due += rounded(visit.due.lateness_per_day * max(0, late), 86400)
        if visit.preferred_engineers and not visit.preferred_engineers & engineers:
            preference += visit.preference_price
        promise = visit.promise
        if promise is not None and not promise.earliest <= start <= promise.latest:
            churn += promise.price
        if visit.promised_engineers and not engineers <= visit.promised_engineers:
            churn += visit.engineer_change_price
    return sla, due, preference, churn


def _fairness_money(problem: Problem, claim: Claim) -> int:
    """Squares of what everybody carries in the end, less the squares of what they came with."""
    if problem.fairness_rate == 0:
        return 0
    money, loads = 0, loads_of(problem, claim)
    for person, load in zip(problem.engineers, loads, strict=True):
        for seconds, sign in ((load, 1), (person.workload, -1)):
            money += sign * rounded(problem.fairness_rate * seconds**2, 3600**2)
    return money


def _worst_lateness_money(problem: Problem, claim: Claim) -> int:
    """The largest lateness of all: arrivals by the SLA, starts by the ideal moment."""
    lateness = [0]
    for number, crew in presences(claim).items():
        visit = problem.visits[number]
        if visit.sla is not None:
            lateness.append(min(member.stop.arrive for member in crew) - visit.sla.arrive_by)
        if visit.due is not None and visit.due.ideal is not None:
            lateness.append(min(member.stop.start for member in crew) - visit.due.ideal)
    return rounded(problem.worst_lateness_per_hour * max(lateness), 3600)


def prices_of_tiers(problem: Problem) -> tuple[int, ...]:
    """Price of a visit left out by tier, LOW first: powers of ten that no money can buy.

    Each is the smallest power of ten above all money that any plan may cost together with every
    visit of the tiers below.
    """
    bound = _most_money(problem)
    prices: list[int] = []
    for tier in (Tier.LOW, Tier.NORMAL, Tier.HIGH, Tier.MANDATORY):
        price = 10 ** len(str(bound)) if bound else 1
        # A bound of 99 has two digits and 100 is above it; a bound of 0 is below one.
        prices.append(price)
        bound += price * sum(visit.tier is tier for visit in problem.visits)
    return tuple(prices)


def _most_money(problem: Problem) -> int:
    """Upper bound of the money of any plan: labour, travel, then visit by visit."""
    if not problem.shifts:
        return _visits_bound(problem, 0) + _fairness_bound(problem)
    bound = _fairness_bound(problem)
    for shift in problem.shifts:
        hour = max(shift.tariff.per_hour, shift.tariff.per_overtime_hour)
        bound += shift.tariff.per_shift + _raised(hour * (shift.latest_end - shift.start), 3600)
    farthest = max((int(m) for row in problem.travel_metres for m in row), default=0)
    kilometre = max(shift.tariff.per_km for shift in problem.shifts)
    legs = len(problem.shifts) + 2 * sum(visit.crew_size for visit in problem.visits)
    bound += _raised(kilometre * max(0, farthest), 1000) * legs
    return bound + _visits_bound(problem, max(shift.latest_end for shift in problem.shifts))


def _visits_bound(problem: Problem, last: int) -> int:
    bound = 0
    for visit in problem.visits:
        if visit.sla is not None:
            late = max(0, last - visit.sla.arrive_by)
            bound += visit.sla.breach_fee + _raised(visit.sla.lateness_per_hour * late, 3600)
        if visit.due is not None:
            dearest = max(visit.due.earliness_per_day, visit.due.lateness_per_day)
            bound += _raised(dearest * problem.horizon, 86400)
        bound += visit.preference_price + visit.engineer_change_price
        bound += visit.promise.price if visit.promise is not None else 0
    wishes = [visit.sla.arrive_by for visit in problem.visits if visit.sla is not None]
    ideals = (visit.due.ideal for visit in problem.visits if visit.due is not None)
    wishes += [ideal for ideal in ideals if ideal is not None]
    latest = max(0, last - min(wishes)) if wishes else 0
    return bound + _raised(problem.worst_lateness_per_hour * latest, 3600)


def _fairness_bound(problem: Problem) -> int:
    """Everybody works all their shifts to the end and serves every unpopular visit."""
    if problem.fairness_rate == 0:
        return 0
    bound, unpopular = 0, sum(visit.unpopular for visit in problem.visits)
    for number, person in enumerate(problem.engineers):
        own = [shift for shift in problem.shifts if shift.engineer == number]
        seconds = person.workload + unpopular + sum(s.latest_end - s.start for s in own)
        bound += _raised(problem.fairness_rate * seconds**2, 3600**2)
    return bound


def _raised(numerator: int, denominator: int) -> int:
    return (numerator + denominator - 1) // denominator
