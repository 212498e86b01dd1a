"""What will be reported: arrivals of requests as a Poisson process with a shape of day and year.

The number of requests of a source on a day is read off one uniform number of its own, so a world
with more demand meets every request of one with less, and some more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dispatch.domain import EngineerRules, Location, Severity, Site, TimeWindow, Visit
from dispatch.domain.demand import Demand, DemandContract, Fault, Source
from dispatch.simulation.calendar_days import CalendarDays
from dispatch.simulation.counter_random import Draws, entity_number

__all__ = ["Arrival", "Arrivals"]

MOST_A_DAY = 1000
ACCESS_DAYS = 9
"""For how many days ahead the opening hours of a site are written out."""
NOBODY = 1e-12


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it comes in.

    Parameters
    ----------
    at
        Seconds since the origin.
    visit
        What has to be done; its id tells source, fault, day and number.
    source
        Where it comes from.
    """

    at: int
    visit: Visit
    source: Source


class Arrivals:
    """Draws the requests of one day after the other.

    Parameters
    ----------
    demand
        Rates and terms.
    calendar
        The days.
    """

    def __init__(self, demand: Demand, calendar: CalendarDays) -> None:
        self.demand, self.calendar = demand, calendar
        by_type: dict[str, list[Fault]] = defaultdict(list)
        for fault in demand.faults:
            by_type[fault.type].append(fault)
        self.pairs = [(s, f) for s in demand.sources for f in by_type.get(s.type, ())]
        numbers = [entity_number(f"{s.id}\0{f.id}") for s, f in self.pairs]
        self.numbers = np.array(numbers, dtype=np.uint64)
        self.rates = np.array([s.weight * f.per_day for s, f in self.pairs])
        self.contracts = {one.id: one for one in demand.contracts}
        share = np.cumsum(np.array(demand.hours) / sum(demand.hours))
        self.by_hour = np.concatenate([[0.0], share])

    def on(self, day: int, draws: Draws) -> list[Arrival]:
        """Requests of one day in the order in which they come in."""
        if not self.pairs:
            return []
        rates = self.rates * self.demand.factor_of(self.calendar.date(day)) * self._scales(day)
        marks = draws.uniforms("number of requests", self.numbers, day)
        found: list[Arrival] = []
        for index in np.flatnonzero(marks > np.exp(-rates)):
            source, fault = self.pairs[index]
            many = _poisson(float(marks[index]), float(rates[index]))
            found += [self._arrival(source, fault, day, number, draws) for number in range(many)]
        found.sort(key=lambda one: (one.at, one.visit.id))
        return found

    def mean_on(self, day: int) -> float:
        """Mean number of requests of one day."""
        shape = self.demand.factor_of(self.calendar.date(day))
        return float((self.rates * self._scales(day)).sum() * shape)

    def _scales(self, day: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        factors = np.ones(len(self.pairs))
        date = self.calendar.date(day)
        for scale in self.demand.scales:
            for index, (source, fault) in enumerate(self.pairs):
                if scale.concerns(source, date):
                    share = 1.0
                    if scale.severity is not None:
                        total = sum(fault.severities.values())
                        share = fault.severities.get(scale.severity, 0.0) / total if total else 0.0
                    factors[index] *= 1.0 + share * (scale.factor - 1.0)
        return factors

    def _arrival(
        self, source: Source, fault: Fault, day: int, number: int, draws: Draws
    ) -> Arrival:
        date = self.calendar.date(day).isoformat()
        id = f"{source.id}/{fault.id}/{date}/{number}"
        mark = draws.uniform("hour of a request", id)
        hour = int(np.searchsorted(self.by_hour, mark, side="right")) - 1
        low, high = self.by_hour[hour], self.by_hour[hour + 1]
        at = self.calendar.at(day, 3600 * (hour + (mark - low) / max(high - low, NOBODY)))
        severity = self._severity(source, fault, day, draws.uniform("severity of a request", id))
        return Arrival(at, self.visit(source, fault, severity, at, id), source)

    def _severity(self, source: Source, fault: Fault, day: int, mark: float) -> Severity | None:
        if not fault.severities:
            return None
        shares = dict(fault.severities)
        date = self.calendar.date(day)
        for scale in self.demand.scales:
            if scale.severity in shares and scale.concerns(source, date):
                shares[scale.severity] *= scale.factor
        left = mark * sum(shares.values())
        ordered = sorted(shares, key=lambda severity: severity.rank)
        for severity in ordered:
            left -= shares[severity]
            if left <= 0:
                return severity
        return ordered[-1]

    def visit(
        self, source: Source, fault: Fault, severity: Severity | None, at: int, id: str
    ) -> Visit:
        """Make the visit of a request reported at a second."""
        reported = self.calendar.instant(at)
        contract = self.contracts.get(source.contract)
        sla = priority = None
        if contract is not None and severity is not None:
            sla = contract.sla(severity, reported)
            terms = contract.terms.get(severity)
            priority = None if terms is None else terms.priority
        return Visit(
            id=id,
            location=source.location,
            duration=fault.duration,
            kind=fault.kind,
            title=fault.title,
            time_windows=self._windows(source, severity, _runs_always(contract), at),
            sla=sla,
            required_skills=fault.skills,
            required_tools=fault.tools,
            parts=fault.parts,
            engineers=EngineerRules(preferred=source.preferred),
            priority=priority or fault.priority,
            crew_size=fault.crew_size,
        )

    def _windows(
        self, source: Source, severity: Severity | None, always: bool, at: int
    ) -> tuple[TimeWindow, ...]:
        """Opening hours of the site, which do not bind what is urgent."""
        urgent = severity is Severity.CRITICAL or (severity is Severity.MAJOR and always)
        if urgent or source.access.opens is None:
            return ()
        site = Site(
            source.id,
            source.contract or "none",
            Location(source.location),
            access=source.access,
            zone=self.demand.zone or "UTC",
        )
        start = self.calendar.instant(at)
        return site.access_windows(start, start + timedelta(days=ACCESS_DAYS))


def _runs_always(contract: DemandContract | None) -> bool:
    return contract is not None and contract.coverage.is_always


def _poisson(mark: float, rate: float) -> int:
    """Quantile of the Poisson distribution: grows with the rate for the same mark."""
    probability = total = math.exp(-rate)
    number = 0
    while mark > total and number < MOST_A_DAY:
        number += 1
        probability *= rate / number
        total += probability
    return number
