"""The probability that a visit misses its SLA or its window, by driving the plan many times.

Work and travel are drawn from the log-normal spreads of a `RiskModel`, all samples at once; the
engineers keep the orders of the plan, set out as early as they may, never start before a window
or a promise begins, take their breaks where the plan has them and wait for their crews. What has
begun is as the plan says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dispatch.domain import Case, Plan, PlanRoute, PlanStop, StopKind, TimeWindow, Visit
from dispatch.domain.risk import RiskModel, Spread

__all__ = ["StopRisk", "arrivals", "assess", "risk_money", "with_risk"]

Seconds = NDArray[np.float64]
SAMPLES = 1000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class StopRisk:
    """What may become of one visit.

    Parameters
    ----------
    visit
        Id.
    breach_probability
        Of an arrival after the SLA or a start after the last window.
    sla_probability, window_probability
        Of each alone; None where the visit has none.
    expected_breach
        Mean price of the SLA breach, minor units.
    arrive_early, arrive_late
        The 10th and the 90th of 100 arrivals, the earliest first.
    """

    visit: str
    breach_probability: float
    sla_probability: float | None
    window_probability: float | None
    expected_breach: int
    arrive_early: datetime
    arrive_late: datetime


def with_risk(plan: Plan, case: Case, model: RiskModel | None = None, *, seed: int = 1) -> Plan:
    """Write the probability of a breach into every stop at a visit that can be late.

    Parameters
    ----------
    plan, case
        A sound plan and its world.
    model, seed
        As in `assess`.

    Returns
    -------
    Plan
        With ``breach_probability`` in its stops, ``expected_breach`` in its figures and, where
        the case weighs it, the price of risk in its cost.
    """
    found = {one.visit: one for one in assess(case, plan, model, seed=seed)}

    def told(stop: PlanStop) -> PlanStop:
        risk = found.get(stop.visit or "")
        if risk is None or (risk.sla_probability is None and risk.window_probability is None):
            return replace(stop, breach_probability=None)
        return replace(stop, breach_probability=risk.breach_probability)

    routes = tuple(
        replace(route, stops=tuple(told(stop) for stop in route.stops)) for route in plan.routes
    )
    kpis = plan.kpis
    if kpis is not None:
        kpis = replace(kpis, expected_breach=sum(one.expected_breach for one in found.values()))
    cost = plan.cost
    if cost is not None:
        price = risk_money(case, found.values(), cost.sla)
        cost = replace(cost, risk=price, total=cost.total - cost.risk + price)
    return replace(plan, routes=routes, kpis=kpis, cost=cost)


def risk_money(case: Case, found: Iterable[StopRisk], sla: int) -> int:
    """Price of risk: what breaches cost on average beyond what the plan expects to pay.

    Parameters
    ----------
    case
        Whose ``weights.risk`` holds; read as the decimal number that was written.
    found
        As of `assess`.
    sla
        ``cost.sla`` of the plan, minor units.
    """
    weight = Fraction(str(case.weights.risk))
    beyond = max(0, sum(one.expected_breach for one in found) - sla)
    return int(weight * beyond + Fraction(1, 2))


def assess(
    case: Case,
    plan: Plan,
    model: RiskModel | None = None,
    *,
    samples: int = SAMPLES,
    seed: int = 1,
) -> tuple[StopRisk, ...]:
    """Drive a plan many times.

    Parameters
    ----------
    case, plan
        The world and a sound plan for it.
    model
        Spreads of work and travel; None: those of the case.
    samples
        How many days to drive.
    seed
        The same seed, case and plan give the same figures.

    Returns
    -------
    tuple of StopRisk
        One for each planned visit, in the order they start.
    """
    drive = _Drive(case, plan, model or case.risk_model, samples, np.random.default_rng(seed))
    return tuple(drive.through())


def arrivals(
    case: Case,
    plan: Plan,
    share: float,
    model: RiskModel | None = None,
    *,
    samples: int = SAMPLES,
    seed: int = 1,
) -> Mapping[str, datetime]:
    """When each planned visit is reached on a share of the days, by visit.

    Parameters
    ----------
    case, plan, model, samples, seed
        As in `assess`.
    share
        0.9: on nine days of ten somebody is there by then.
    """
    drive = _Drive(case, plan, model or case.risk_model, samples, np.random.default_rng(seed))
    for _ in drive.through():
        pass
    return {
        visit: drive.origin + timedelta(seconds=round(float(np.quantile(reached, share))))
        for visit, reached in drive.reached.items()
    }


class _Drive:
    """One plan driven `samples` times; every clock is an array of seconds since the origin."""

    def __init__(
        self,
        case: Case,
        plan: Plan,
        model: RiskModel,
        samples: int,
        random: np.random.Generator,
    ) -> None:
        self.case, self.plan, self.model = case, plan, model
        self.samples, self.random = samples, random
        self.visits = {visit.id: visit for visit in case.visits}
        self.origin = case.planning_window.start
        self.now = None if case.now is None else self.seconds(case.now)
        self.clock = {route.shift: self.fixed(route.start) for route in plan.routes}
        self.finishes: dict[str, Seconds] = {}
        self.reached: dict[str, Seconds] = {}

    def seconds(self, instant: datetime) -> float:
        """Seconds since the origin."""
        return float((instant - self.origin) / SECOND)

    def fixed(self, instant: datetime) -> Seconds:
        """The same instant on every day."""
        return np.full(self.samples, self.seconds(instant))

    def draw(self, spread: Spread, planned: float) -> Seconds:
        """Real seconds of what was planned to take so many."""
        if planned <= 0 or spread.sigma == 0:
            return np.full(self.samples, max(0.0, planned) * np.exp(spread.mu))
        return planned * self.random.lognormal(spread.mu, spread.sigma, self.samples)

    def through(self) -> Iterator[StopRisk]:
        """Drive all routes side by side, in the order in which stops start."""
        rows = [
            (stop.start, r, s)
            for r, one in enumerate(self.plan.routes)
            for s, stop in enumerate(one.stops)
        ]
        crews: dict[str, list[tuple[PlanRoute, PlanStop]]] = {}
        arrivals: dict[str, list[Seconds]] = {}
        for _, r, s in sorted(rows):
            route = self.plan.routes[r]
            stop = route.stops[s]
            if stop.kind is not StopKind.VISIT or stop.visit not in self.visits:
                self._pass(route, stop)
                continue
            members = crews.setdefault(stop.visit, [])
            members.append((route, stop))
            arrivals.setdefault(stop.visit, []).append(self._arrive(route, stop))
            if len(members) == self.visits[stop.visit].crew_size:
                yield self._work(self.visits[stop.visit], members, arrivals[stop.visit])

    def _begun(self, stop: PlanStop) -> bool:
        return self.now is not None and self.seconds(stop.start) < self.now

    def _arrive(self, route: PlanRoute, stop: PlanStop) -> Seconds:
        if self._begun(stop):
            return self.fixed(stop.arrive)
        arrive = self.clock[route.shift] + self.draw(self.model.travel, float(stop.travel_s))
        # Who is on the road already has not arrived before now.
        return arrive if self.now is None else np.maximum(arrive, self.now)

    def _pass(self, route: PlanRoute, stop: PlanStop) -> None:
        """A break or a pickup: never before the plan has it, as long as planned."""
        if self._begun(stop):
            self.clock[route.shift] = self.fixed(stop.finish)
            return
        arrive = self._arrive(route, stop)
        start = np.maximum(arrive, self.seconds(stop.start) if _waits(stop) else -np.inf)
        length = self.seconds(stop.finish) - self.seconds(stop.start)
        self.clock[route.shift] = start + length

    def _work(
        self, visit: Visit, members: list[tuple[PlanRoute, PlanStop]], arrivals: list[Seconds]
    ) -> StopRisk:
        first, last = np.minimum.reduce(arrivals), np.maximum.reduce(arrivals)
        stops = [stop for _, stop in members]
        begun = self._begun(stops[0])
        planned = self.seconds(stops[0].start)
        ready = np.maximum(last, self._earliest(visit, planned))
        for link in visit.after:
            if link.visit in self.finishes:
                ready = np.maximum(ready, self.finishes[link.visit] + link.min_delay / SECOND)
        start, missed = self._window(visit, ready)
        length = max(self.seconds(stop.finish) - planned for stop in stops)
        finish = start + self.draw(self.model.of(visit.kind.value), length)
        if begun:
            start, missed = self.fixed(stops[0].start), np.zeros(self.samples, dtype=np.bool_)
            over = self.now is not None and self.seconds(stops[0].finish) < self.now
            # What goes on at this moment is not over yet.
            finish = (
                self.fixed(stops[0].finish)
                if over
                else np.maximum(
                    planned + self.draw(self.model.of(visit.kind.value), length), self.now or 0.0
                )
            )
        self.finishes[visit.id] = finish
        for route, _ in members:
            self.clock[route.shift] = finish
        return self._risk(visit, first, missed)

    def _earliest(self, visit: Visit, planned: float) -> float:
        """Before its promise nobody is let in; what is due or tied starts as planned at best."""
        if visit.promise is not None:
            return min(planned, self.seconds(visit.promise.start))
        return planned if visit.due is not None else -np.inf

    def _window(self, visit: Visit, ready: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """The first start within a window; after the last one work starts at once, too late."""
        if not visit.time_windows:
            return ready, np.zeros(self.samples, dtype=np.bool_)
        start, missed = ready.copy(), np.ones(self.samples, dtype=np.bool_)
        for window in _sorted(visit.time_windows):
            low, high = self.seconds(window.start), self.seconds(window.end)
            takes = missed & (ready <= high)
            start[takes] = np.maximum(ready[takes], low)
            missed &= ~takes
        return start, missed

    def _risk(self, visit: Visit, arrive: Seconds, missed: NDArray[np.bool_]) -> StopRisk:
        self.reached[visit.id] = arrive
        late = np.zeros(self.samples, dtype=np.bool_)
        money = 0
        if visit.sla is not None:
            over = arrive - self.seconds(visit.sla.arrive_by)
            late = over > 0
            fees = visit.sla.breach_fee + visit.sla.lateness_per_hour * over / 3600.0
            money = round(float(np.where(late, fees, 0.0).mean()))
        low, high = np.quantile(arrive, (0.1, 0.9))
        return StopRisk(
            visit=visit.id,
            breach_probability=round(float((late | missed).mean()), 4),
            sla_probability=None if visit.sla is None else round(float(late.mean()), 4),
            window_probability=round(float(missed.mean()), 4) if visit.time_windows else None,
            expected_breach=money,
            arrive_early=self.origin + timedelta(seconds=round(float(low))),
            arrive_late=self.origin + timedelta(seconds=round(float(high))),
        )


def _waits(stop: PlanStop) -> bool:
    """Whether a stop was planned to begin later than it could."""
    return stop.kind is StopKind.BREAK or stop.start > stop.arrive


def _sorted(windows: Iterable[TimeWindow]) -> list[TimeWindow]:
    return sorted(windows, key=lambda one: one.start)
