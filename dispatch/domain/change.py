"""What a scenario changes about people, vans and depots: pure edits of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from dispatch.domain.depot import Depot
from dispatch.domain.engineer import Engineer
from dispatch.domain.location import Location
from dispatch.domain.shift import Shift
from dispatch.domain.skill import Skill
from dispatch.domain.snapshot import Case
from dispatch.errors import InputError

__all__ = [
    "Change",
    "DepotOpened",
    "DepotStock",
    "EngineerAbsent",
    "EngineerAdded",
    "EngineerLike",
    "EngineerRemoved",
    "ShiftExtended",
    "ShiftMoved",
    "SkillTrained",
    "VanStock",
    "known_parts",
    "unknown",
]

T = TypeVar("T")


class Change(Protocol):
    """One edit of the world of a scenario."""

    def apply(self, case: Case) -> Case:
        """Make the edit.

        Raises
        ------
        InputError
            With a pointer from the change, when it names something that the case does not have.
        """


def unknown(field: str, value: object, kind: str) -> InputError:
    """The error for a name that leads nowhere."""
    return InputError.at(f"/{field}", value, f"the id of {kind} of the case")


def _require(known: Iterable[str], field: str, value: str, kind: str) -> None:
    if value not in set(known):
        raise unknown(field, value, kind)


def _refuse_taken(known: Iterable[str], field: str, value: str, kind: str) -> None:
    if value in set(known):
        raise InputError.at(f"/{field}", value, f"an id that no {kind} of the case has")


def _edited(case: Case, id: str, edit: Callable[[Engineer], Engineer]) -> Case:
    return replace(
        case, engineers=tuple(edit(one) if one.id == id else one for one in case.engineers)
    )


@dataclass(frozen=True, slots=True)
class EngineerAdded:
    """Somebody new, written out as in a case file."""

    engineer: Engineer
    locations: tuple[Location, ...] = ()

    def apply(self, case: Case) -> Case:
        """Add the engineer, and the places that are new."""
        _refuse_taken(
            (one.id for one in case.engineers), "engineer/id", self.engineer.id, "engineer"
        )
        taken = {shift.id for _, shift in case.shifts()}
        for i, shift in enumerate(self.engineer.shifts):
            _refuse_taken(taken, f"engineer/shifts/{i}/id", shift.id, "shift")
        case = _with_places(case, self.locations)
        places = {place.id for place in case.locations}
        for i, shift in enumerate(self.engineer.shifts):
            at = f"engineer/shifts/{i}"
            _require(places, f"{at}/start_location", shift.start_location, "a location")
            _require(places, f"{at}/end_location", shift.end_location, "a location")
        return replace(case, engineers=(*case.engineers, self.engineer))


@dataclass(frozen=True, slots=True)
class EngineerLike:
    """Somebody new with the skills, tools, van and hours of another, from a place of their own.

    Parameters
    ----------
    id, like
        The new id, and whom they are like.
    home
        Id of the location where shifts begin and end; None: the other's.
    skills
        Other skills; None: the same.
    territory
        Another territory; None: the same.
    locations
        Places that are new.
    """

    id: str
    like: str
    home: str | None = None
    skills: tuple[Skill, ...] | None = None
    territory: str | None = None
    locations: tuple[Location, ...] = ()

    def apply(self, case: Case) -> Case:
        """Add the engineer."""
        _require((one.id for one in case.engineers), "like", self.like, "an engineer")
        model = next(one for one in case.engineers if one.id == self.like)
        case = _with_places(case, self.locations)
        if self.home is not None:
            _require((place.id for place in case.locations), "home", self.home, "a location")
        shifts = tuple(
            replace(
                shift,
                id=f"{self.id}-{shift.id}",
                start_location=self.home or shift.start_location,
                end_location=self.home or shift.end_location,
            )
            for shift in model.shifts
        )
        added = replace(
            model,
            id=self.id,
            name=self.id,
            shifts=shifts,
            skills=model.skills if self.skills is None else self.skills,
            territory=self.territory or model.territory,
        )
        return EngineerAdded(added).apply(case)


@dataclass(frozen=True, slots=True)
class EngineerRemoved:
    """Somebody leaves for good."""

    engineer: str

    def apply(self, case: Case) -> Case:
        """Remove the engineer, and every mention in visits and in the demand."""
        _require((one.id for one in case.engineers), "engineer", self.engineer, "an engineer")
        gone = self.engineer
        shifts = {s.id for owner, s in case.shifts() if owner.id == gone}
        visits = tuple(
            replace(
                visit,
                engineers=replace(
                    visit.engineers,
                    preferred=_without(visit.engineers.preferred, gone),
                    forbidden=_without(visit.engineers.forbidden, gone),
                    # Whom nobody else may replace stays named, so the visit stays impossible.
                    required=_without(visit.engineers.required, gone) or visit.engineers.required,
                ),
                pinned=None if visit.pinned and visit.pinned.shift in shifts else visit.pinned,
            )
            for visit in case.visits
        )
        kept = tuple(one for one in case.engineers if one.id != gone)
        alone = [v.id for v in visits if gone in v.engineers.required]
        if alone:
            raise InputError.at("/engineer", gone, f"nobody whom visit {alone[0]} requires alone")
        demand = case.demand
        if demand is not None:
            sources = tuple(
                replace(one, preferred=_without(one.preferred, gone)) for one in demand.sources
            )
            demand = replace(demand, sources=sources)
        plan = case.current_plan
        if plan is not None:
            plan = replace(plan, routes=tuple(r for r in plan.routes if r.shift not in shifts))
        return replace(case, engineers=kept, visits=visits, demand=demand, current_plan=plan)


def _without(ids: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one != gone)


def _with_places(case: Case, places: tuple[Location, ...]) -> Case:
    for i, place in enumerate(places):
        _refuse_taken((one.id for one in case.locations), f"locations/{i}/id", place.id, "location")
    return replace(case, locations=(*case.locations, *places))


@dataclass(frozen=True, slots=True)
class EngineerAbsent:
    """Somebody does not come for a while; shifts that touch the time fall away."""

    engineer: str
    start: datetime | None = None
    until: datetime | None = None

    def apply(self, case: Case) -> Case:
        """Take the shifts away."""
        _require((one.id for one in case.engineers), "engineer", self.engineer, "an engineer")

        def away(shift: Shift) -> bool:
            begun = self.start is None or shift.limit > self.start
            return begun and (self.until is None or shift.start < self.until)

        gone = {s.id for owner, s in case.shifts() if owner.id == self.engineer and away(s)}
        visits = tuple(
            replace(one, pinned=None) if one.pinned and one.pinned.shift in gone else one
            for one in case.visits
        )
        plan = case.current_plan
        if plan is not None:
            plan = replace(plan, routes=tuple(r for r in plan.routes if r.shift not in gone))
        case = replace(case, visits=visits, current_plan=plan)
        return _edited(
            case,
            self.engineer,
            lambda one: replace(one, shifts=tuple(s for s in one.shifts if s.id not in gone)),
        )


@dataclass(frozen=True, slots=True)
class SkillTrained:
    """Somebody learns a skill, or a higher level of it; nobody forgets what they know."""

    engineer: str
    skill: str
    level: int = 1

    def apply(self, case: Case) -> Case:
        """Raise the level."""
        _require((one.id for one in case.engineers), "engineer", self.engineer, "an engineer")

        def trained(one: Engineer) -> Engineer:
            level = max(self.level, one.level_of(self.skill))
            others = tuple(skill for skill in one.skills if skill.name != self.skill)
            return replace(one, skills=(*others, Skill(self.skill, level)))

        return _edited(case, self.engineer, trained)


@dataclass(frozen=True, slots=True)
class ShiftMoved:
    """A shift, or all shifts of an engineer, begin and end earlier or later, breaks and all."""

    by: timedelta
    shift: str | None = None
    engineer: str | None = None

    def apply(self, case: Case) -> Case:
        """Move it."""

        def moved(shift: Shift) -> Shift:
            return replace(
                shift,
                start=shift.start + self.by,
                end=shift.end + self.by,
                overtime_end=shift.overtime_end and shift.overtime_end + self.by,
                breaks=tuple(
                    replace(one, earliest=one.earliest + self.by, latest=one.latest + self.by)
                    for one in shift.breaks
                ),
            )

        return _with_shifts(case, self.shift, self.engineer, moved)


@dataclass(frozen=True, slots=True)
class ShiftExtended:
    """A shift, or all shifts of an engineer, last longer; with a negative time, shorter."""

    by: timedelta
    shift: str | None = None
    engineer: str | None = None

    def apply(self, case: Case) -> Case:
        """Move the end."""

        def longer(shift: Shift) -> Shift:
            return replace(
                shift,
                end=shift.end + self.by,
                overtime_end=shift.overtime_end and shift.overtime_end + self.by,
            )

        return _with_shifts(case, self.shift, self.engineer, longer)


def _with_shifts(
    case: Case, shift: str | None, engineer: str | None, edit: Callable[[Shift], Shift]
) -> Case:
    if (shift is None) == (engineer is None):
        raise InputError.at("/shift", shift, "either a shift or an engineer")
    if engineer is not None:
        _require((one.id for one in case.engineers), "engineer", engineer, "an engineer")
    elif shift is not None:
        _require((one.id for _, one in case.shifts()), "shift", shift, "a shift")
    return replace(
        case,
        engineers=tuple(
            replace(
                one,
                shifts=tuple(
                    edit(own) if own.id == shift or one.id == engineer else own
                    for own in one.shifts
                ),
            )
            for one in case.engineers
        ),
    )


@dataclass(frozen=True, slots=True)
class DepotOpened:
    """A warehouse more."""

    depot: Depot
    locations: tuple[Location, ...] = ()

    def apply(self, case: Case) -> Case:
        """Add the depot, and the places that are new."""
        _refuse_taken((one.id for one in case.depots), "depot/id", self.depot.id, "depot")
        case = _with_places(case, self.locations)
        places = {place.id for place in case.locations}
        _require(places, "depot/location", self.depot.location, "a location")
        return replace(case, depots=(*case.depots, self.depot))


@dataclass(frozen=True, slots=True)
class VanStock:
    """Pieces of a part in the van of one engineer, or of all."""

    part: str
    engineer: str | None = None
    to: int | None = None
    by: int = 0

    def apply(self, case: Case) -> Case:
        """Set the pieces, or add to them; never below none."""
        if self.engineer is not None:
            _require((one.id for one in case.engineers), "engineer", self.engineer, "an engineer")
        _require(known_parts(case), "part", self.part, "a part")

        def stocked(one: Engineer) -> Engineer:
            have = one.van_stock.get(self.part, 0)
            pieces = max(0, have + self.by) if self.to is None else self.to
            return replace(one, van_stock={**one.van_stock, self.part: pieces})

        return replace(
            case,
            engineers=tuple(
                stocked(one) if self.engineer in (None, one.id) else one for one in case.engineers
            ),
        )


@dataclass(frozen=True, slots=True)
class DepotStock:
    """Pieces of a part on the shelf of a depot."""

    depot: str
    part: str
    to: int | None = None
    by: int = 0

    def apply(self, case: Case) -> Case:
        """Set the pieces, or add to them; what is there without limit stays so."""
        _require((one.id for one in case.depots), "depot", self.depot, "a depot")
        _require(known_parts(case), "part", self.part, "a part")

        def stocked(one: Depot) -> Depot:
            have = one.stock_of(self.part)
            if one.stock is None or have is None:
                return one
            pieces = max(0, have + self.by) if self.to is None else self.to
            return replace(one, stock={**one.stock, self.part: pieces})

        return replace(
            case, depots=tuple(stocked(d) if d.id == self.depot else d for d in case.depots)
        )


def known_parts(case: Case) -> set[str]:
    """Every part that the case names anywhere."""
    found = {part for visit in case.visits for part in visit.parts}
    found |= {part for one in case.engineers for part in one.van_stock}
    for depot in case.depots:
        found |= {*(depot.stock or {}), *(came.part for came in depot.inbound)}
    if case.demand is not None:
        found |= {part for fault in case.demand.faults for part in fault.parts}
    return found
