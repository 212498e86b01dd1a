"""Hand-made moves on the orders of a plan: who comes after whom, before any clock looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain import Case, Plan, StopKind
from dispatch.domain.plan import PlanStop
from dispatch.errors import InputError

__all__ = ["Entry", "Move", "MoveKind", "Orders", "orders_of"]


class MoveKind(StrEnum):
    """What a dispatcher does to a visit by hand."""

    PLACE = "place"
    UNASSIGN = "unassign"
    SWAP = "swap"
    PIN = "pin"
    UNPIN = "unpin"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing done by hand.

    Parameters
    ----------
    kind, visit
        What is done, and to which visit.
    shift
        Of ``place``: where it goes; None keeps the shift.
    position
        Of ``place``: its place among the visits there, from 0; None lets the start decide.
    start
        Of ``place``: work starts no earlier. Without position and start the cheapest place is
        looked for.
    other
        Of ``swap``: the visit that takes its place.
    from_shift
        Which member of a crew moves; None: the first.
    """

    kind: MoveKind
    visit: str
    shift: str | None = None
    position: int | None = None
    start: datetime | None = None
    other: str | None = None
    from_shift: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A stop of an order.

    Parameters
    ----------
    stop
        As the plan had it; of a visit that was in no route only kind, visit and parts count.
    not_before
        A start that somebody chose; None leaves it to the clock.
    at_home
        Whether no move has touched it, so that its start need not change.
    """

    stop: PlanStop
    not_before: datetime | None = None
    at_home: bool = False

    @property
    def visit(self) -> str | None:
        """Id of the visit, None for a pickup."""
        return self.stop.visit


class Orders:
    """The orders of all shifts, changed move by move.

    Parameters
    ----------
    routes
        Entries by shift, breaks left out: the clock puts them anew.
    case
        The world: its shifts and visits.
    """

    def __init__(self, routes: dict[str, list[Entry]], case: Case) -> None:
        self.routes = routes
        self.shifts = {shift.id for _, shift in case.shifts()}
        self.visits = {visit.id: visit for visit in case.visits}
        self.window = case.planning_window
        self.touched: set[str] = set()

    def shifts_of(self, visit: str) -> list[str]:
        """Shifts whose routes hold a visit."""
        return [
            shift
            for shift, entries in self.routes.items()
            if any(entry.visit == visit for entry in entries)
        ]

    def do(self, move: Move, pointer: str) -> None:
        """Make one move.

        Raises
        ------
        InputError
            The move names what the case does not have, or what is not there to be moved.
        """
        if move.visit not in self.visits:
            raise InputError.at(f"{pointer}/visit", move.visit, "the id of a visit of the plan")
        if move.shift is not None and move.shift not in self.shifts:
            raise InputError.at(f"{pointer}/shift", move.shift, "the id of a shift of the plan")
        if move.kind is MoveKind.PLACE:
            self._place(move, pointer)
        elif move.kind is MoveKind.UNASSIGN:
            for shift in self._require_planned(move.visit, f"{pointer}/visit"):
                self._take_out(move.visit, shift)
        elif move.kind is MoveKind.SWAP:
            self._swap(move, pointer)
        elif move.kind is MoveKind.PIN:
            self._require_planned(move.visit, f"{pointer}/visit")

    def put(self, shift: str, place: int, entry: Entry) -> None:
        """Put an entry into an order."""
        self.routes.setdefault(shift, []).insert(place, entry)
        self.touched.add(shift)

    def _require_planned(self, visit: str, pointer: str) -> list[str]:
        found = self.shifts_of(visit)
        if not found:
            raise InputError.at(pointer, visit, "a visit that is in a route")
        return found

    def _take_out(self, visit: str, shift: str) -> tuple[int, Entry]:
        entries = self.routes[shift]
        place = next(i for i, entry in enumerate(entries) if entry.visit == visit)
        self.touched.add(shift)
        return place, entries.pop(place)

    def _place(self, move: Move, pointer: str) -> None:
        at = self.shifts_of(move.visit)
        if move.from_shift is not None and move.from_shift not in at:
            expected = "a shift whose route holds the visit"
            raise InputError.at(f"{pointer}/from_shift", move.from_shift, expected)
        source = move.from_shift or next(iter(at), None)
        target = move.shift or source
        if target is None:
            raise InputError.at(f"{pointer}/shift", None, "the shift that takes the visit")
        if target != source and target in at:
            raise InputError.at(f"{pointer}/shift", target, "another shift than its crew has")
        if move.start is not None and not (self.window.start <= move.start <= self.window.end):
            expected = f"a time from {self.window.start} to {self.window.end}"
            raise InputError.at(f"{pointer}/start", move.start.isoformat(), expected)
        if source is None:
            entry = self._new_entry(move.visit)
        else:
            _, entry = self._take_out(move.visit, source)
        entry = Entry(entry.stop, move.start)
        entries = self.routes.setdefault(target, [])
        self.put(target, _place_for(move, entries), entry)

    def _new_entry(self, visit: str) -> Entry:
        start = self.window.start
        parts = dict(self.visits[visit].parts)
        return Entry(PlanStop(StopKind.VISIT, start, start, start, visit=visit, parts=parts))

    def _swap(self, move: Move, pointer: str) -> None:
        if move.other is None or move.other not in self.visits or move.other == move.visit:
            raise InputError.at(f"{pointer}/other", move.other, "the id of another visit")
        first = self._require_planned(move.visit, f"{pointer}/visit")[0]
        second = self._require_planned(move.other, f"{pointer}/other")[0]
        place, entry = self._take_out(move.visit, first)
        self.put(first, place, entry)
        other_place, other = self._take_out(move.other, second)
        self.put(second, other_place, Entry(entry.stop))
        # Found by identity: in one route the second visit may have stood before the first.
        place = next(i for i, one in enumerate(self.routes[first]) if one is entry)
        self.routes[first][place] = Entry(other.stop)


def _place_for(move: Move, entries: Sequence[Entry]) -> int:
    """Where in an order the entry goes."""
    visits = [place for place, entry in enumerate(entries) if entry.visit is not None]
    if move.position is not None:
        return visits[move.position] if move.position < len(visits) else len(entries)
    if move.start is None:
        return len(entries)
    start = move.start
    return next((i for i, entry in enumerate(entries) if _middle(entry) > start), len(entries))


def _middle(entry: Entry) -> datetime:
    """Whoever is dropped on the second half of a stop goes behind it."""
    return entry.stop.start + (entry.stop.finish - entry.stop.start) / 2


def orders_of(plan: Plan, case: Case, shifts: Iterable[str] | None = None) -> Orders:
    """Read the orders out of a plan, of some shifts or of all.

    A start that lies later than the arrival is one that somebody chose or a window forced; it is
    kept as a bound, so that what was put off by hand does not slide back.
    """
    wanted = None if shifts is None else set(shifts)
    routes = {
        route.shift: [
            Entry(stop, stop.start if stop.wait_s > 0 else None, at_home=True)
            for stop in route.stops
            if stop.kind is not StopKind.BREAK
        ]
        for route in plan.routes
        if wanted is None or route.shift in wanted
    }
    return Orders(routes, case)
