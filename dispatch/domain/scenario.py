"""What a scenario changes about promises, customers, demand and roads: pure edits of a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.domain.change import Change, DepotOpened, EngineerAdded, EngineerLike, unknown
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.demand import ArrivalTerms, Demand, DemandContract, DemandScale, Source
from dispatch.domain.demand_of_case import demand_of
from dispatch.domain.location import Location
from dispatch.domain.severity import Severity
from dispatch.domain.snapshot import Case
from dispatch.domain.travel_settings import UNREACHABLE
from dispatch.domain.visit import Visit, VisitKind
from dispatch.errors import InputError, Issue

__all__ = [
    "CustomerLost",
    "CustomerWon",
    "DemandScaled",
    "Scenario",
    "SlaChanged",
    "TravelSlower",
    "make_changes",
]


@dataclass(frozen=True, slots=True)
class SlaChanged:
    """A contract promises other arrivals, for open requests as well as for those to come.

    Parameters
    ----------
    contract, severity
        Which; None: all of them.
    arrive_within, breach_fee, lateness_per_hour
        The new terms; None: as before.
    around_the_clock
        Whether the clock runs at night too from now on; None: as before.
    """

    contract: str | None = None
    severity: Severity | None = None
    arrive_within: timedelta | None = None
    breach_fee: int | None = None
    lateness_per_hour: int | None = None
    around_the_clock: bool | None = None

    def apply(self, case: Case) -> Case:
        """Change the contracts, and the clocks of the visits that stand under them."""
        demand = demand_of(case)
        if self.contract is not None and demand.contract(self.contract) is None:
            raise unknown("contract", self.contract, "a contract in the demand")
        contracts = {
            one.id: self._changed(one) if self.contract in (None, one.id) else one
            for one in demand.contracts
        }
        known = {one.visit: one for one in demand.open_requests}

        def clocked(visit: Visit) -> Visit:
            origin, sla = known.get(visit.id), visit.sla
            if origin is None or sla is None or self.contract not in (None, origin.contract):
                return visit
            if self.severity not in (None, sla.severity) or origin.contract not in contracts:
                return visit
            anew = contracts[origin.contract].sla(sla.severity, origin.reported_at)
            if anew is None:
                return visit
            # What this visit pays for a breach may be its own; only what is named changes.
            fee = sla.breach_fee if self.breach_fee is None else self.breach_fee
            rate = (
                sla.lateness_per_hour if self.lateness_per_hour is None else self.lateness_per_hour
            )
            timed = self.arrive_within is not None or self.around_the_clock is not None
            by = anew.arrive_by if timed else sla.arrive_by
            return replace(
                visit, sla=replace(sla, arrive_by=by, breach_fee=fee, lateness_per_hour=rate)
            )

        return replace(
            case,
            visits=tuple(clocked(visit) for visit in case.visits),
            demand=replace(demand, contracts=tuple(contracts.values())),
        )

    def _changed(self, contract: DemandContract) -> DemandContract:
        def anew(terms: ArrivalTerms) -> ArrivalTerms:
            return replace(
                terms,
                **{
                    name: getattr(self, name)
                    for name in ("arrive_within", "breach_fee", "lateness_per_hour")
                    if getattr(self, name) is not None
                },
            )

        terms = {
            severity: anew(one) if self.severity in (None, severity) else one
            for severity, one in contract.terms.items()
        }
        coverage = contract.coverage
        if self.around_the_clock:
            coverage = CoverageHours.always(coverage.zone)
        return replace(contract, terms=terms, coverage=coverage)


@dataclass(frozen=True, slots=True)
class DemandScaled:
    """More or fewer requests of a type, from a place or a customer, of a severity, for a season."""

    scale: DemandScale

    def apply(self, case: Case) -> Case:
        """Put the factor on the demand."""
        demand = demand_of(case)
        strange: list[Issue] = []
        for name, known in (
            ("type", {one.type for one in demand.sources}),
            ("location", {one.location for one in demand.sources}),
            ("territory", {one.territory for one in demand.sources}),
            ("customer", {one.customer for one in demand.sources}),
        ):
            wanted = getattr(self.scale, name)
            if wanted is not None and wanted not in known:
                strange += unknown(name, wanted, f"a {name} in the demand").issues
        if strange:
            raise InputError(strange)
        return replace(case, demand=demand.scaled(self.scale))


@dataclass(frozen=True, slots=True)
class CustomerLost:
    """A customer leaves: nothing more is asked for, and what is open falls away."""

    customer: str

    def apply(self, case: Case) -> Case:
        """Take away sources and open visits."""
        demand = demand_of(case)
        _require_customer(demand, "customer", self.customer)
        gone = {one.visit for one in demand.open_requests if one.customer == self.customer}
        sources = tuple(one for one in demand.sources if one.customer != self.customer)
        places = {s.location for s in demand.sources if s.customer == self.customer}
        places -= {one.location for one in sources}
        gone |= {
            one.id
            for one in case.visits
            if one.location in places and one.kind is not VisitKind.CORRECTIVE
        }
        visits = tuple(
            replace(one, after=tuple(link for link in one.after if link.visit not in gone))
            for one in case.visits
            if one.id not in gone
        )
        opened = tuple(one for one in demand.open_requests if one.visit not in gone)
        return replace(
            case,
            visits=visits,
            current_plan=None if gone else case.current_plan,
            demand=replace(demand, sources=sources, open_requests=opened),
        )


@dataclass(frozen=True, slots=True)
class CustomerWon:
    """A new customer, with sources of their own or with as much as another one has.

    Parameters
    ----------
    customer
        Id.
    sources
        What is installed there.
    like
        A customer with the same equipment; None: only the sources named.
    location
        Where all of it stands; None: where it stands at the other one.
    contract
        What is promised; None: as the other one.
    locations
        Places that are new.
    """

    customer: str
    sources: tuple[Source, ...] = ()
    like: str | None = None
    location: str | None = None
    contract: str | None = None
    locations: tuple[Location, ...] = ()

    def apply(self, case: Case) -> Case:
        """Add the sources."""
        demand = demand_of(case)
        if self.customer in {one.customer for one in demand.sources}:
            raise InputError.at("/customer", self.customer, "a customer that is new")
        added = list(self.sources)
        if self.like is not None:
            _require_customer(demand, "like", self.like)
            added += [
                replace(
                    one,
                    id=f"{self.customer}-{one.id}",
                    customer=self.customer,
                    location=self.location or one.location,
                    contract=self.contract or one.contract,
                )
                for one in demand.sources
                if one.customer == self.like
            ]
        taken = {place.id for place in case.locations}
        for i, place in enumerate(self.locations):
            if place.id in taken:
                raise InputError.at(f"/locations/{i}/id", place.id, "a location that is new")
        places = (*case.locations, *self.locations)
        known = {place.id for place in places}
        contracts = {one.id for one in demand.contracts}
        for one in added:
            if one.location not in known:
                raise unknown("location", one.location, "a location")
            if one.contract and one.contract not in contracts:
                raise unknown("contract", one.contract, "a contract in the demand")
        return replace(
            case,
            locations=places,
            demand=replace(demand, sources=(*demand.sources, *added)),
        )


def _require_customer(demand: Demand, field: str, customer: str) -> None:
    if customer not in {one.customer for one in demand.sources if one.customer}:
        raise unknown(field, customer, "a customer in the demand")


@dataclass(frozen=True, slots=True)
class TravelSlower:
    """Every way takes longer by a factor; below 1, shorter. Metres stay."""

    factor: float

    def apply(self, case: Case) -> Case:
        """Change the speeds, or the seconds of a given matrix."""
        travel = case.travel
        matrix = travel.matrix
        if matrix is not None:
            slower = (matrix.duration_s * self.factor + 0.5).astype("int64")
            slower[matrix.duration_s < 0] = UNREACHABLE
            matrix = replace(matrix, duration_s=slower)
        return replace(
            case,
            travel=replace(
                travel,
                speed_kmh=travel.speed_kmh / self.factor,
                speed_by_hour={h: v / self.factor for h, v in travel.speed_by_hour.items()},
                matrix=matrix,
            ),
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """A what-if: a named list of changes.

    Parameters
    ----------
    name
        For people.
    changes
        Made one after the other.
    policy
        Another policy than that of the base; None: the same.
    price_per_day
        What the changes cost a day beyond what the simulation counts, minor units.
    """

    name: str
    changes: tuple[tuple[str, Change], ...] = ()
    policy: str | None = None
    price_per_day: int = 0

    def apply(self, case: Case) -> Case:
        """Make all changes.

        Raises
        ------
        InputError
            With a pointer to every change that cannot be made, and its name.
        """
        changed, issues = make_changes(
            case, [(i, name, change) for i, (name, change) in enumerate(self.changes)]
        )
        if issues:
            raise InputError(issues)
        return changed


def make_changes(
    case: Case, changes: Iterable[tuple[int, str, Change]], unread: Iterable[str] = ()
) -> tuple[Case, list[Issue]]:
    """Make numbered changes one after the other, and tell all that cannot be made.

    Parameters
    ----------
    case
        Where they are made.
    changes
        Place in the list, name, and the change itself.
    unread
        Ids that changes would have added which could not be read.

    Returns
    -------
    tuple
        The case with what could be made, and the issues with their pointers.
    """
    issues: list[Issue] = []
    # What an earlier change could not add is missed once, not again by whoever names it.
    missed: set[object] = set(unread)
    for i, name, change in changes:
        try:
            case = change.apply(case)
        except InputError as error:
            issues += [
                replace(
                    issue,
                    pointer=f"/changes/{i}{issue.pointer}",
                    message=f"change {i + 1} ({name}): {issue.value!r} given,"
                    f" expected {issue.expected}",
                )
                for issue in error.issues
                if issue.value not in missed
            ]
            missed |= _added_by(change)
    return case, issues


def _added_by(change: Change) -> set[object]:
    """Ids that a change adds to a case."""
    if isinstance(change, EngineerAdded):
        return {change.engineer.id, *(shift.id for shift in change.engineer.shifts)}
    if isinstance(change, DepotOpened):
        return {change.depot.id}
    if isinstance(change, CustomerWon):
        return {change.customer}
    return {change.id} if isinstance(change, EngineerLike) else set()
