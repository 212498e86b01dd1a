"""Money of the exact model, every amount rounded half up just as the timetable rounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch.solver.exact_model import HOME, ExactModel, RouteModel
from dispatch.solver.plan_price import price_of_load
from dispatch.solver.problem import Objective
from dispatch.solver.solution import StopKind
from dispatch.solver.world import side_prices

if TYPE_CHECKING:
    from dispatch.solver.exact_model import Lit


def left_out(exact: ExactModel) -> Any:
    """Visits left out, weighed so that one of a tier outweighs all of the tiers below."""
    weight = 1
    total: Any = 0
    for tier in range(4):
        row = [v for v, visit in enumerate(exact.problem.visits) if visit.tier == tier]
        total += weight * sum(1 - exact.served[v] for v in row)
        weight *= len(row) + 1
    return total


class ExactMoney:
    """The terms of the objective: money, or working time."""

    def __init__(self, exact: ExactModel) -> None:
        self.exact, self.model, self.problem = exact, exact.model, exact.problem
        self.terms: list[Any] = []
        self.worked: list[Any] = []
        self.lateness: list[Any] = []
        for route in exact.routes:
            self._route(route)
        if self.problem.objective is Objective.COST:
            self.sides = side_prices(self.problem)
            for v in range(len(self.problem.visits)):
                self._arrival(v)
                self._start(v)
                self._persons(v)
            self._fairness()
            self._worst_lateness()

    def total(self) -> Any:
        """Everything that a plan with the same visits left out is judged by."""
        return sum(self.terms)

    def _amount(self, exact: Any, most: int, unit: int) -> Any:
        """Make a variable of at least `exact / unit`, rounded half up.

        Minimising makes it equal; `most` bounds the exact amount.
        """
        amount = self.model.new_int_var(0, max(0, (2 * most + unit) // (2 * unit)), "")
        self.model.add(2 * unit * amount >= 2 * exact - unit + 1)
        return amount

    def _route(self, route: RouteModel) -> None:
        model, block = self.model, self.problem.shifts[route.shift]
        past = self.exact.space.past[route.shift]
        longest = block.latest_end - min(block.start, past.start if past else block.start)
        worked = model.new_int_var(0, longest, f"worked {route.shift}")
        length = route.end - route.depart
        model.add(worked == length).only_enforce_if(route.used)
        model.add(worked == 0).only_enforce_if(~route.used)
        model.add(worked >= self.exact.busy(route))
        self.worked.append(worked)
        if self.problem.objective is Objective.WORKING_TIME:
            self.terms.append(worked)
            return
        tariff = block.tariff
        regular, extra = worked, None
        if block.latest_end > block.end:
            extra = model.new_int_var(0, block.latest_end - block.end, f"overtime {route.shift}")
            beyond = model.new_int_var(0, block.latest_end - block.end, "")
            model.add_max_equality(beyond, [route.end - block.end, 0])
            both = model.new_int_var(0, block.latest_end - block.end, "")
            model.add_min_equality(both, [beyond, worked])
            model.add(extra == both)
            regular = model.new_int_var(0, longest, f"regular {route.shift}")
            model.add(regular + extra == worked)
            most = tariff.per_overtime_hour * (block.latest_end - block.end)
            if tariff.per_overtime_hour:
                self.terms.append(self._amount(tariff.per_overtime_hour * extra, most, 3600))
        if tariff.per_hour:
            self.terms.append(
                self._amount(tariff.per_hour * regular, tariff.per_hour * longest, 3600)
            )
        self.terms.append(tariff.per_shift * route.used)
        if tariff.per_km:
            ways = {key: self.exact.metres(route, *key) for key in route.arcs}
            metres = sum(ways[key] * lit for key, lit in route.arcs.items())
            most = max(ways.values(), default=0) * (len(route.nodes) + 1)
            self.terms.append(self._amount(tariff.per_km * metres, tariff.per_km * most, 1000))

    def _arrival(self, v: int) -> None:
        """SLA money of the first arrival of a crew."""
        sla, model, exact = self.problem.visits[v].sla, self.model, self.exact
        places = list(exact.space.places(v))
        if sla is None or not places or exact.space.last <= sla.arrive_by:
            return
        most = max(0, exact.space.last - sla.arrive_by)
        late = model.new_int_var(0, most, f"late {v}")
        breach = model.new_bool_var(f"breach {v}")
        model.add(late == 0).only_enforce_if(~breach)
        self.lateness.append(late)
        firsts = []
        for s, i in places:
            first = model.new_bool_var(f"first {v} {s}")
            model.add_implication(first, exact.routes[s].present[i])
            self._arrive(exact.routes[s], i, first, sla.arrive_by + late)
            firsts.append(first)
        model.add_bool_or([*firsts, ~exact.served[v]])
        if sla.breach_fee:
            self.terms.append(sla.breach_fee * breach)
        if sla.lateness_per_hour:
            rate = sla.lateness_per_hour
            self.terms.append(self._amount(rate * late, rate * most, 3600))

    def _arrive(self, route: RouteModel, i: int, first: Lit, by: Any) -> None:
        """Bound the arrival at a node from above by `by`, if it is the first of its crew."""
        exact, model, block = self.exact, self.model, self.problem.shifts[route.shift]
        node, now = route.nodes[i], self.problem.now
        past = exact.space.past[route.shift]
        if node.begun and past is not None:
            stop = next(t for t in past.stops if (t.kind, t.index) == (StopKind.VISIT, node.index))
            model.add(by >= stop.arrive).only_enforce_if(first)
            return
        doors: Any = 0
        for b, rest in enumerate(block.breaks):
            door = model.new_bool_var("")
            model.add_implication(door, route.before[b, i])
            doors += rest.duration * door
            self._at_door(route, i, b, door)
        for (j, k), lit in route.arcs.items():
            if k != i:
                continue
            travel = exact.seconds(route, j, i)
            free = route.depart if j == HOME else route.finishes[j]
            arrive = free + travel + exact.rests_on(route, j, i) - doors
            model.add(arrive <= by).only_enforce_if(lit, first)
            if now is not None and not node.under_way:
                model.add(now + travel <= by).only_enforce_if(lit, first)

    def _at_door(self, route: RouteModel, i: int, b: int, door: Lit) -> None:
        """A break at the door begins when the travel is over."""
        exact, model = self.exact, self.model
        for (j, k), lit in route.arcs.items():
            if k == i:
                free = route.depart if j == HOME else route.finishes[j]
                reach = free + exact.seconds(route, j, i)
                model.add(route.rest_starts[b] >= reach).only_enforce_if(lit, door)

    def _start(self, v: int) -> None:
        """Money of a start away from the due ideal or outside the promise."""
        visit, model, start = self.problem.visits[v], self.model, self.exact.start[v]
        served, span = self.exact.served[v], self.exact.space.last - self.exact.space.first
        if visit.due is not None and visit.due.ideal is not None:
            late = start - visit.due.ideal
            always = self.problem.worst_lateness_per_hour > 0
            for rate, gap in (
                (visit.due.earliness_per_day, visit.due.ideal - start),
                (visit.due.lateness_per_day, late),
            ):
                if rate or (always and gap is late):
                    far = span + abs(visit.due.ideal)
                    away = model.new_int_var(0, far, "")
                    model.add(away >= gap).only_enforce_if(served)
                    self.lateness += [away] if gap is late else []
                    self.terms.append(self._amount(rate * away, rate * far, 86400))
        if visit.promise is not None and visit.promise.price:
            broken = model.new_bool_var(f"broken {v}")
            kept = [served, ~broken]
            model.add(start >= visit.promise.earliest).only_enforce_if(kept)
            model.add(start <= visit.promise.latest).only_enforce_if(kept)
            self.terms.append(visit.promise.price * broken)

    def _persons(self, v: int) -> None:
        """Preference and engineer-change money."""
        visit, exact, model = self.problem.visits[v], self.exact, self.model
        here = [
            (self.problem.shifts[s].engineer, exact.routes[s].present[i])
            for s, i in exact.space.places(v)
        ]
        if visit.crew_size == 1:
            self.terms += [int(self.sides[v, e]) * lit for e, lit in here if self.sides[v, e]]
            return
        if visit.preferred_engineers and visit.preference_price:
            missed = model.new_bool_var(f"missed {v}")
            liked = [lit for e, lit in here if e in visit.preferred_engineers]
            model.add_bool_or([*liked, missed, ~exact.served[v]])
            self.terms.append(visit.preference_price * missed)
        if visit.promised_engineers and visit.engineer_change_price:
            changed = model.new_bool_var(f"changed {v}")
            for e, lit in here:
                if e not in visit.promised_engineers:
                    model.add_implication(lit, changed)
            self.terms.append(visit.engineer_change_price * changed)

    def _fairness(self) -> None:
        """Squares of the loads of engineers, the history's own square taken off."""
        rate, model = self.problem.fairness_rate, self.model
        if not rate:
            return
        for e, most in enumerate(self.problem.longest_loads()):
            own = [route for route in self.exact.routes if self._owner(route) == e]
            if not own:
                continue
            before = self.problem.engineers[e].workload
            load: Any = before + sum(self.worked[route.shift] for route in own)
            for route in own:
                for i, node in enumerate(route.nodes):
                    if node.kind is StopKind.VISIT:
                        load += self.problem.visits[node.index].unpopular * route.present[i]
            most += self.exact.space.last - self.exact.space.first
            whole = model.new_int_var(0, most, f"load {e}")
            model.add(whole == load)
            square = model.new_int_var(0, most * most, f"square {e}")
            model.add_multiplication_equality(square, [whole, whole])
            self.terms.append(self._amount(rate * square, rate * most * most, 3600 * 3600))
            self.terms.append(-price_of_load(rate, before))

    def _owner(self, route: RouteModel) -> int:
        return self.problem.shifts[route.shift].engineer

    def _worst_lateness(self) -> None:
        rate = self.problem.worst_lateness_per_hour
        if not rate or not self.lateness:
            return
        most = self.exact.space.last - self.exact.space.first + self.problem.horizon
        worst = self.model.new_int_var(0, most, "worst lateness")
        for late in self.lateness:
            self.model.add(worst >= late)
        self.terms.append(self._amount(rate * worst, rate * most, 3600))
