"""The timetable for whoever asks about the same routes over and over."""

from __future__ import annotations

from dispatch.solver.problem import Problem
from dispatch.solver.solution import Stop, TimedRoute
from dispatch.solver.timetable import InfeasibleSolution, Timetable


class RememberingTimetable(Timetable):
    """A timetable that knows the routes it has timed before."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self._crewed = frozenset(v for v, one in enumerate(problem.visits) if one.crew_size > 1)
        self._memory: dict[tuple[object, ...], TimedRoute | InfeasibleSolution] = {}

    def time_route(
        self, shift: int, stops: tuple[Stop, ...], crews: dict[int, tuple[int, ...]]
    ) -> TimedRoute:
        """Time the stops of one shift, or remember how they were timed."""
        mates = tuple(crews.get(s.index) for s in stops if s.index in self._crewed)
        key = (shift, stops, mates)
        if key not in self._memory:
            try:
                self._memory[key] = super().time_route(shift, stops, crews)
            except InfeasibleSolution as error:
                self._memory[key] = error
        found = self._memory[key]
        if isinstance(found, InfeasibleSolution):
            raise found.with_traceback(None)
        return found
