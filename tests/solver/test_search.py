"""The compiled search on small worlds: what it must find, keep and refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import at, go
from named_worlds import (
    DAY,
    EIGHT,
    HOUR,
    NINE,
    NOON,
    TEN,
    day_shift,
    free_of_charge,
    lunch_day,
    one_part_short,
    overloaded_day,
    two_engineers,
    visit,
    world,
)

from dispatch.solver.problem import (
    After,
    Due,
    Engineer,
    Pin,
    Problem,
    Promise,
    Sla,
    Tier,
    Window,
)
from dispatch.solver.search import ContradictoryHistory, Search
from dispatch.solver.solution import Schedule, Solution, StopKind
from dispatch.solver.take_over import take_over
from dispatch.solver.timetable import schedule


def searched(problem: Problem, iterations: int = 300) -> Schedule:
    """The schedule of a short search, whose figures must be those of the search."""
    search = Search(problem, 1)
    search.construct()
    for heat in (0.0, 0.4, 0.8):
        search.improve(iterations // 3, heat)
    search.polish()
    timed = schedule(problem, search.solution())
    assert search.figures() == (timed.cost.unassigned, timed.cost.money)
    assert search.unplanned == len(timed.unassigned)
    return timed


def starts_of(timed: Schedule) -> dict[int, int]:
    """Start of each planned visit."""
    return {s.index: s.start for r in timed.routes for s in r.stops if s.kind is StopKind.VISIT}


def test_a_line_is_driven_in_one_sweep() -> None:
    """Three hours of work and one way out and back: 36 km at 80 and four hours at 6000."""
    timed = searched(world((visit(3), visit(1), visit(2))))
    assert len(timed.routes) == 1
    assert (timed.cost.travel, timed.cost.labour) == (2880, 24000)


def test_what_does_not_fit_stays_out() -> None:
    """Two visits of three hours fit in eight hours, two do not."""
    timed = searched(overloaded_day())
    assert len(timed.unassigned) == 2


def test_a_higher_tier_wins_whatever_it_costs() -> None:
    """One place for three hours: the mandatory visit has it, although it is far and late."""
    short = day_shift(end=NOON, latest_end=NOON)
    near = visit(1, duration=3 * HOUR, tier=Tier.HIGH)
    far = visit(3, duration=3 * HOUR, tier=Tier.MANDATORY, sla=Sla(EIGHT, 10**6, 10**6))
    timed = searched(world((near, near, far), (short,)))
    assert timed.unassigned == (0, 1)


def test_several_low_visits_do_not_outweigh_a_normal_one() -> None:
    """Three short low visits or one long normal one: the tier decides, not the number."""
    short = day_shift(end=NOON, latest_end=NOON)
    low = visit(1, tier=Tier.LOW)
    timed = searched(world((low, low, low, visit(1, duration=3 * HOUR + 1800)), (short,)))
    assert timed.unassigned == (0, 1, 2)


def test_lunch_is_on_the_route() -> None:
    """Six hours of work around lunch."""
    timed = searched(lunch_day())
    assert StopKind.BREAK in {s.kind for s in timed.routes[0].stops}
    assert timed.unassigned == ()


def test_the_missing_part_is_fetched_when_it_comes() -> None:
    """The second visit waits for the delivery at noon."""
    timed = searched(one_part_short())
    assert timed.unassigned == ()
    pickup = next(s for s in timed.routes[0].stops if s.kind is StopKind.PICKUP)
    assert (pickup.start >= NOON, pickup.parts) == (True, ((0, 1),))


def test_a_start_waits_for_its_promise_when_that_is_cheaper() -> None:
    """Bound to be on the road by the first door, an hour of waiting costs 6000.

    A promise of 7000 is kept, one of 5000 is broken.
    """
    first = visit(1, windows=(Window(EIGHT + 600, EIGHT + 600),))
    for price, start in ((7000, TEN + 600), (5000, NINE + 600)):
        promised = visit(1, promise=Promise(TEN + 600, NOON, price))
        assert starts_of(searched(world((first, promised))))[1] == start


def test_a_free_wait_for_a_promise_is_taken() -> None:
    """The last door opens at two, so waiting at the second costs nothing."""
    first = visit(1, windows=(Window(EIGHT + 600, EIGHT + 600),))
    promised = visit(1, promise=Promise(TEN + 600, NOON, 1))
    last = visit(1, windows=(Window(NOON + 2 * HOUR, NOON + 3 * HOUR),))
    timed = searched(world((first, promised, last)))
    assert (starts_of(timed)[1], timed.cost.churn) == (TEN + 600, 0)


def test_a_start_waits_for_its_ideal_when_labour_is_free() -> None:
    """Nothing else costs, so the visit starts at its ideal."""
    first = visit(1, windows=(Window(EIGHT + 600, EIGHT + 600),))
    due = visit(1, due=Due(0, DAY, NOON, 2400, 2400))
    timed = searched(world((first, due), (day_shift(tariff=free_of_charge()),)))
    assert (starts_of(timed)[1], timed.cost.money) == (NOON, 0)


def test_a_slid_departure_is_priced_where_it_lands() -> None:
    """The door at ten makes the departure slide, which brings the first start into its promise."""
    first = visit(1, promise=Promise(EIGHT + 3000, NINE + 3000, 5000))
    door = visit(2, windows=(Window(TEN, TEN),))
    timed = searched(world((first, door)))
    assert timed.cost.churn == 0


def test_a_crew_is_priced_once_and_as_a_whole() -> None:
    """Preference, change, promise and lateness of a crew: the figures of search and schedule agree.

    The two nearest engineers are on time; the preferred one of place 3 would be late by ten
    minutes, which the first arrival makes good.
    """
    both = visit(
        1,
        crew_size=2,
        sla=Sla(EIGHT + 600, 500, 6000),
        promise=Promise(NINE, TEN, 400),
        promised_engineers=frozenset({0, 1}),
        engineer_change_price=300,
        preferred_engineers=frozenset({2}),
        preference_price=9000,
    )
    shifts = (day_shift(0), day_shift(1), day_shift(2, start_location=3, end_location=3))
    timed = searched(world((both,), shifts, (Engineer(), Engineer(), Engineer())))
    assert {r.shift for r in timed.routes} in ({0, 2}, {1, 2})
    assert (timed.cost.preference, timed.cost.sla) == (0, 0)


def test_a_visit_whose_preference_costs_more_than_its_route_is_served() -> None:
    """Only a stranger is at work, and sending him costs 100,000: more than an empty day, not too much."""
    wanted = visit(1, preferred_engineers=frozenset({1}), preference_price=100_000)
    timed = searched(world((wanted,), (day_shift(),), (Engineer(), Engineer())))
    assert timed.unassigned == ()
    assert timed.cost.preference == 100_000


def test_linked_visits_keep_their_order_and_delay() -> None:
    """Visit 0 comes after visit 1, an hour after it is done."""
    timed = searched(world((visit(1, after=(After(1, HOUR, 2 * HOUR),)), visit(1))))
    starts = starts_of(timed)
    assert HOUR <= starts[0] - (starts[1] + HOUR) <= 2 * HOUR


def test_the_same_seed_gives_the_same_solution() -> None:
    """Every draw follows from the seed."""
    problem = two_engineers()
    results = []
    for seed in (7, 7):
        search = Search(problem, seed)
        search.construct()
        search.improve(200, 0.3)
        search.polish()
        results.append(search.solution())
    assert results[0] == results[1]


def test_no_visits_and_no_shifts_are_problems_too() -> None:
    """Nothing to do, or nobody to do it."""
    assert searched(world(())).routes == ()
    assert searched(world((visit(1),), ())).unassigned == (0,)
    closed = visit(1, windows=(Window(0, NINE - HOUR),))
    assert searched(world((closed,))).unassigned == (0,)


def test_history_without_a_way_on_is_refused_by_name() -> None:
    """What began at 8:10 lasts until 9:10, but the shift was over at nine: no plan repeats that."""
    begun = visit(1, pins=(Pin(0, None, EIGHT + 600, frozen=True, started=True),))
    problem = world((begun,), (day_shift(end=NINE, latest_end=NINE),), now=EIGHT + 1800)
    with pytest.raises(ContradictoryHistory, match=r"shifts \[0\]") as error:
        Search(problem)
    assert error.value.shifts == [0]


def test_a_warm_start_is_the_first_incumbent() -> None:
    """The routes given come out again when nothing is searched."""
    problem = two_engineers()
    given = Solution((go(1), go(0, 2)))
    search = Search(problem, 1)
    take_over(search, given)
    search.construct()
    assert [[s.index for s in r] for r in search.solution().routes] == [[1], [0, 2]]


def test_a_warm_start_keeps_its_waits_and_drops_what_is_not_allowed() -> None:
    """The start that waits for its promise goes on waiting; a forbidden visit is left out."""
    promised = visit(1, promise=Promise(TEN, NOON, 9000))
    other = visit(2, forbidden_engineers=frozenset({0}))
    problem = world((promised, other))
    search = Search(problem, 1)
    take_over(search, Solution(((replace(at(0, TEN), not_after=DAY), *go(1)),)))
    search.construct()
    timed = schedule(problem, search.solution())
    assert (starts_of(timed), timed.unassigned) == ({0: TEN}, (1,))


def test_a_plan_set_aside_comes_back_unless_a_better_one_is_found() -> None:
    """Everybody served for 4 steps beats the empty plan; the empty plan never beats everybody."""
    search = Search(world(tuple(visit(place) for place in (1, 2))), 1)
    empty = search.state.copy()
    search.construct()
    served, full = search.figures(), search.state.copy()
    assert sum(served[0]) == 0
    search.state[:] = empty
    search.begin_anew()
    assert sum(search.figures()[0]) == 2
    assert not search.leading
    search.recall()
    assert (search.figures(), search.leading) == (served, True)
    search.settle(Search(search.problem, 1))
    search.state[:] = full
    search.begin_anew()
    assert (search.figures(), search.leading) == (served, True)
    search.recall()
    assert search.figures() == served
