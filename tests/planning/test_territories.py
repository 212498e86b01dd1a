"""Large cases by territories: two towns far apart, borders that move, stock promised once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_days import random_day

from dispatch.planning.audit import audit
from dispatch.planning.planner import plan
from dispatch.planning.territories import Division, solve_by_territories
from dispatch.planning.territory_choice import is_divided, search_seconds
from dispatch.planning.territory_cut import Unit, cut, places_of
from dispatch.planning.territory_stock import share_depots
from dispatch.planning.territory_units import units_of
from dispatch.planning.territory_world import make_territory, read_so_far
from dispatch.solver.check_stock import LooseStock
from dispatch.solver.problem import (
    After,
    Depot,
    Engineer,
    Problem,
    Shift,
    Visit,
    Window,
)
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import Timetable

HOUR = 3600
DAY = 86_400
EAST, WEST = 0, 1


def two_towns(*visits: Visit, depot: Depot | None = None, vans: int = 0) -> Problem:
    """Homes 0 and 1 in the west, 2 and 3 in the east; ten minutes inside a town, two hours over.

    Places 0, 1, 4, 5 lie in the west, 2, 3, 6, 7 in the east. One engineer at each home.
    """
    west = {0, 1, 4, 5}
    seconds = np.zeros((8, 8), dtype=np.int64)
    for a in range(8):
        for b in range(8):
            if a != b:
                seconds[a, b] = 600 if (a in west) == (b in west) else 2 * HOUR
    people = tuple(Engineer(stock={0: vans}) for _ in range(4))
    shifts = tuple(Shift(e, 8 * HOUR, 17 * HOUR, 17 * HOUR, e, e) for e in range(4))
    return Problem(
        horizon=DAY,
        num_skills=0,
        num_tools=0,
        num_parts=1,
        travel_seconds=seconds[None],
        travel_metres=seconds * 10,
        engineers=people,
        shifts=shifts,
        depots=() if depot is None else (depot,),
        visits=visits,
    )


def work(place: int, **changes: object) -> Visit:
    """An hour at a place."""
    return replace(Visit(place, HOUR), **changes)


def stop(visit: int) -> Stop:
    """A visit as an order."""
    return Stop(StopKind.VISIT, visit)


def test_the_plane_keeps_towns_apart() -> None:
    """Places of one town get one half of the plane each, whatever the numbering."""
    places = places_of(two_towns())
    west, east = places[[0, 1, 4, 5]], places[[2, 3, 6, 7]]
    gap = abs(west[:, 0].mean() - east[:, 0].mean())
    assert gap > 1.5 * HOUR
    assert max(np.ptp(west[:, 0]), np.ptp(east[:, 0])) < HOUR


@pytest.mark.parametrize("turn", range(4))
def test_a_cut_loses_nothing_and_mans_every_territory(turn: int) -> None:
    """Six engineers on a line with two visits each come into three territories, each with some."""
    units = [Unit((float(i), 0.0), 2, (i,), (2 * i, 2 * i + 1)) for i in range(6)]
    pieces = cut(units, 3, turn)
    assert sorted(e for piece in pieces for unit in piece for e in unit.engineers) == list(range(6))
    assert all(any(unit.engineers for unit in piece) for piece in pieces)
    assert len(pieces) == 3


def test_visits_that_belong_together_are_one_unit() -> None:
    """Who is bound to an engineer stands with them; linked visits wait for the search of the whole."""
    problem = two_towns(
        work(4), work(6, after=(After(0),)), work(6, required_engineers=frozenset({0}))
    )
    found = units_of(problem, None, places_of(problem))
    assert not any({0, 1} & set(unit.visits) for unit in found)
    assert any(unit.engineers == (0,) and unit.visits == (2,) for unit in found)


def test_two_towns_are_planned_as_two_territories() -> None:
    """Each town's engineers serve their own visits; nobody drives two hours."""
    problem = two_towns(work(4), work(5), work(6), work(7))
    found = solve_by_territories(problem, iterations=400, division=Division(visits=2))
    assert found.schedule.unassigned == ()
    west = {s.index for r in found.schedule.routes if r.shift < 2 for s in r.stops}
    assert west <= {0, 1}
    travelled = sum(s.travel_seconds for r in found.schedule.routes for s in r.stops)
    assert travelled <= 4 * 600


def test_a_run_by_iterations_has_one_outcome_on_any_number_of_processes() -> None:
    """The same seed gives the same routes on one thread and on three."""
    problem = two_towns(*(work(place) for place in (4, 5, 6, 7, 0, 2)))
    runs = [
        solve_by_territories(
            problem, iterations=600, seed=5, processes=count, division=Division(visits=2)
        )
        for count in (1, 3)
    ]
    assert runs[0].solution == runs[1].solution


def test_a_crew_from_two_territories_keeps_its_start_in_both() -> None:
    """Engineers 0 and 2 serve visit 0 together; in each territory it is held for one of them."""
    problem = two_towns(work(4, crew_size=2), work(5))
    together = replace(stop(0), not_before=10 * HOUR, not_after=10 * HOUR)
    routes = ((together, stop(1)), (), (together,), ())
    schedule = Timetable(problem).schedule(Solution(routes))
    so_far = read_so_far(problem, schedule, routes)
    # Engineer 2 drives from eight until ten.
    start = 10 * HOUR
    part = make_territory(problem, so_far, [0, 1], [], ())
    assert list(part.held.values()) == [Stop(StopKind.VISIT, 0, start, start)]
    held = part.problem.visits[next(iter(part.held))]
    assert held.crew_size == 1
    assert held.windows == (Window(start, start),)
    assert part.routes(part.start) == {
        0: (Stop(StopKind.VISIT, 0, start, start), stop(1)),
        1: (),
    }
    assert part.routes(Solution(((), ()))) is None


def test_who_follows_a_visit_outside_moves_within_its_delays() -> None:
    """Visit 1 follows visit 0 of the other town by one to two hours; visit 0 keeps its time."""
    problem = two_towns(work(4), work(6, after=(After(0, HOUR, 2 * HOUR),)))
    routes = ((stop(0),), (), (replace(stop(1), not_before=11 * HOUR),), ())
    schedule = Timetable(problem).schedule(Solution(routes))
    finish = next(s.finish for r in schedule.routes for s in r.stops if s.index == 0)
    so_far = read_so_far(problem, schedule, routes)
    east = make_territory(problem, so_far, [2, 3], [], ())
    assert east.bounds == {0: (finish + HOUR, finish + 2 * HOUR)}
    assert east.problem.visits[0].after == ()
    west = make_territory(problem, so_far, [0, 1], [], ())
    assert list(west.held) == [0]


def test_no_piece_of_a_part_is_given_to_two_territories() -> None:
    """Two pieces now and one at noon: shares add up to what there is, at any moment."""
    depot = Depot(0, 300, stock={0: 2}, inbound=((12 * HOUR, 0, 1),))
    needy = [work(place, parts=((0, 1),)) for place in (4, 5, 6, 7)]
    problem = two_towns(*needy, depot=depot)
    shares = share_depots(problem, None, [0, 0, 1, 1], [[0, 1], [2, 3]], 0)
    for moment, total in ((0, 2), (13 * HOUR, 3)):
        given = [LooseStock(replace(problem, depots=share), [])(0, 0, moment) for share in shares]
        assert sum(given) == total


def test_a_load_of_the_plan_so_far_stays_covered() -> None:
    """The west has loaded a piece at nine, so only the piece of noon is left for the east."""
    depot = Depot(0, 300, stock={0: 1}, inbound=((12 * HOUR, 0, 1),))
    problem = two_towns(work(4, parts=((0, 1),)), work(6, parts=((0, 1),)), depot=depot)
    load = Stop(StopKind.PICKUP, 0, 9 * HOUR, parts=((0, 1),))
    routes = ((load, replace(stop(0), parts=((0, 1),))), (), (), ())
    schedule = Timetable(problem).schedule(Solution(routes))
    shares = share_depots(problem, schedule, [0, 0, 1, 1], [[], [1]], 0)
    assert shares[0][0].stock == {0: 1}
    assert shares[1][0].stock == {}
    assert shares[1][0].inbound == ((12 * HOUR, 0, 1),)


def test_auto_divides_by_size_and_never_for_other_engines() -> None:
    """Four visits are few; whoever wishes may divide them all the same."""
    problem = two_towns(work(4), work(6))
    assert not is_divided(problem, "auto", "auto")
    assert is_divided(problem, "auto", "on")
    assert not is_divided(problem, "auto", "off")
    assert not is_divided(problem, "ortools", "on")


def test_the_time_of_a_divided_run_covers_what_follows_the_search() -> None:
    """Of 100 s ten are gone, and 5,000 visits need as much as they may: 35 s. Two need nothing."""
    large = two_towns(*[work(4)] * 5000)
    assert search_seconds(large, None, 10.0) is None
    assert search_seconds(large, 100.0, 10.0) == pytest.approx(55.0)
    assert search_seconds(two_towns(work(4), work(6)), 100.0, 10.0) == 100.0


@pytest.mark.parametrize("seed", range(6))
def test_a_divided_random_day_is_audited(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crews, links, pins, parts: the whole plan breaks no rule and its reasons hold.

    Reasons are found among near engineers, as on a large day.
    """
    monkeypatch.setattr("dispatch.planning.territories.VISITS", 3)
    monkeypatch.setattr("dispatch.planning.unassigned_visits.NEAR_FROM", 0)
    case = random_day(seed)
    made = plan(case, iterations=400, seed=seed, territories="on")
    assert audit(case, made) == []
    again = plan(case, iterations=400, seed=seed, territories="on", processes=2)
    assert again.routes == made.routes


def test_linked_visits_keep_shift_and_start_in_a_territory() -> None:
    """Visit 1 follows visit 0 on the next route of the same town; asked to hold them, both stand."""
    problem = two_towns(work(4), work(5, after=(After(0),)), work(0))
    assert problem.linked_visits() == {0, 1}
    routes = ((stop(0), stop(2)), (replace(stop(1), not_before=11 * HOUR),), (), ())
    schedule = Timetable(problem).schedule(Solution(routes))
    so_far = read_so_far(problem, schedule, routes)
    part = make_territory(problem, so_far, [0, 1], [], (), hold=problem.linked_visits())
    starts = {part.visits[number]: stop_.not_before for number, stop_ in part.held.items()}
    assert starts == {v: so_far.stops[v, s].start for v, s in ((0, 0), (1, 1))}
