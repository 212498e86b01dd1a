"""The search moves linked visits together: what is put before a pair pushes both."""

from __future__ import annotations

from dataclasses import replace

from named_worlds import ALL_DAY, DAY, EIGHT, HOUR, STEP, TEN, day_shift, line, visit, world

from dispatch.solver import layout
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.operate import ANNEAL, LEAVE_BANK, REFRESH, SAVE
from dispatch.solver.problem import (
    FOREVER,
    After,
    Depot,
    Due,
    Engineer,
    Problem,
    Tariff,
    Visit,
    Window,
)
from dispatch.solver.search import Search
from dispatch.solver.solution import StopKind
from dispatch.solver.timetable import schedule

FREE = Tariff(0, 0, 0, 0)


def starts_of(problem: Problem) -> tuple[dict[int, int], int]:
    """Starts by visit, and the money, of a short search."""
    search = Search(problem, 1)
    search.construct()
    for heat in (0.0, 0.5, 0.9):
        search.improve(200, heat)
    search.polish()
    timed = schedule(problem, search.solution())
    assert timed.unassigned == ()
    starts = {s.index: s.start for r in timed.routes for s in r.stops if s.kind is StopKind.VISIT}
    return starts, timed.cost.money


def pair_and_rush(rush: int) -> Problem:
    """Two engineers in step at place 1, and an hour for the first that is dear when it is late."""

    def soon(place: int, engineer: int, price: int, work: int) -> Visit:
        return Visit(
            place,
            work,
            windows=(Window(EIGHT, EIGHT + 8 * HOUR),),
            required_engineers=frozenset({engineer}),
            due=Due(0, DAY, EIGHT, 0, price),
        )

    first = soon(1, 0, 86400, 0)
    second = replace(soon(1, 1, 86400, 0), after=(After(0, 0, 0),))
    return Problem(
        horizon=24 * HOUR,
        num_skills=0,
        num_tools=0,
        num_parts=0,
        **line(),
        engineers=(Engineer(), Engineer()),
        shifts=(day_shift(0, tariff=FREE), day_shift(1, tariff=FREE)),
        depots=(),
        visits=(first, second, soon(1, 0, rush, HOUR)),
    )


def test_a_pair_starts_as_soon_as_both_are_there() -> None:
    """The pair costs two units a second: it goes first, a step after eight, the hour behind it."""
    starts, money = starts_of(pair_and_rush(86400))
    assert starts == {0: EIGHT + STEP, 1: EIGHT + STEP, 2: EIGHT + STEP}
    assert money == 3 * STEP


def test_a_visit_that_must_go_first_pushes_both() -> None:
    """When nothing else may go behind it, the hour before the pair delays both engineers alike."""
    problem = pair_and_rush(86400)
    early = replace(problem.visits[2], windows=(Window(EIGHT, EIGHT + STEP),))
    # The pair may not start with the hour still ahead: its window opens a second later.
    pair = [replace(v, windows=(Window(EIGHT + STEP + 1, 16 * HOUR),)) for v in problem.visits[:2]]
    starts, money = starts_of(replace(problem, visits=(*pair, early)))
    late = EIGHT + STEP + HOUR
    assert starts == {0: late, 1: late, 2: EIGHT + STEP}
    assert money == 2 * (STEP + HOUR) + STEP


def test_no_route_stays_broken_when_several_break_at_once() -> None:
    """Three people go home at nine, and each is to follow somebody who begins at half past nine.

    Put together unseen, all three routes are broken in the same moment: all three visits go.
    """
    half = EIGHT + 3 * HOUR // 2
    firsts = [
        Visit(1, HOUR, windows=(Window(half, half),), required_engineers=frozenset({3 + i}))
        for i in range(3)
    ]
    behind = [
        Visit(
            1,
            HOUR // 2,
            windows=ALL_DAY,
            required_engineers=frozenset({i}),
            after=(After(3 + i, 0, None),),
        )
        for i in range(3)
    ]
    short = [day_shift(i, end=EIGHT + HOUR, latest_end=EIGHT + HOUR) for i in range(3)]
    problem = world(
        visits=(*behind, *firsts),
        engineers=(Engineer(),) * 6,
        shifts=(*short, *(day_shift(3 + i) for i in range(3))),
    )
    search = Search(problem, 1)
    for v in range(6):
        search.extend(v, v)
        search.assign(v, v)
        assert search.do(REFRESH, v) == 1
        search.do(LEAVE_BANK, v)
    hot = 1e30
    search.do(ANNEAL, 1, hot)
    costs = search.row(search.state, layout.COST, 0, 6)
    assert [int(cost) < INFEASIBLE // 2 for cost in costs] == [True] * 6
    where = search.row(search.state, layout.WHERE, 0, 6)
    assert where.tolist() == [-1, -1, -1, 3, 4, 5]


def test_a_route_that_comes_too_early_for_a_delivery_is_filled_anew() -> None:
    """A pair was held up until ten; now it may go at 8:10, and the piece behind it comes at ten.

    The route with the pickup is refused, with the pair and without it. It is emptied and filled
    anew, and both visits have a place again.
    """
    pair = visit(1, crew_size=2)
    problem = world(
        visits=(pair, visit(2, parts=((0, 1),))),
        engineers=(Engineer(), Engineer()),
        shifts=(day_shift(0), day_shift(1)),
        depots=(Depot(1, 0, {}, inbound=((TEN, 0, 1),)),),
    )
    search = Search(problem, 1)
    pickup = 2 + next(i for i, option in enumerate(search.options) if option.not_before <= EIGHT)
    members = search.row(search.state, layout.MEMBER, 0, 2)
    search.assign(0, 0)
    members[1] = 1
    search.wait(0, TEN)
    for shift, nodes in ((0, (0, pickup, 1)), (1, (0,))):
        for node in nodes:
            search.extend(shift, node)
    search.assign(1, 0)
    for shift in (0, 1):
        assert search.do(REFRESH, shift) == 1
    for v in (0, 1):
        search.do(LEAVE_BANK, v)
    search.do(SAVE)
    search.row(search.state, layout.OWN_LOW, 0, 2)[0] = -FOREVER

    search.do(ANNEAL, 1, 1e30)

    costs = search.row(search.state, layout.COST, 0, 2)
    assert [int(cost) < INFEASIBLE // 2 for cost in costs] == [True, True]
    assert min(search.row(search.state, layout.WHERE, 0, 2)) >= 0
