"""The exact optimum on worlds small enough to work out by hand."""

from __future__ import annotations

from claims import claim_of
from hand_made import go
from named_worlds import ALL_DAY, EIGHT, FOUR, HOUR, NINE, NOON, TEN, day_shift, visit, world

from dispatch.solver.check import check
from dispatch.solver.claim import ClaimedReason, ClaimedUnassigned
from dispatch.solver.exact import ExactOutcome, solve_exact, suits
from dispatch.solver.explain_settle import settle
from dispatch.solver.problem import (
    After,
    Break,
    Depot,
    Due,
    Engineer,
    Objective,
    Pin,
    Problem,
    Promise,
    Sla,
    Tariff,
    Tier,
    Window,
)
from dispatch.solver.solution import Solution, StopKind


def proved(problem: Problem) -> ExactOutcome:
    """Solve exactly; the auditor must accept the plan and the proof must be there."""
    found = solve_exact(problem, time_limit_s=120)
    assert found.schedule is not None
    schedule, told = settle(problem, found.schedule)
    assert schedule.unassigned == found.schedule.unassigned
    left_out = [
        ClaimedUnassigned(
            e.visit,
            e.verdict.value,
            tuple(
                ClaimedReason(b.code.value, b.engineer, b.shift, b.shortfall) for b in e.blockers
            ),
            e.displaces,
            e.price,
        )
        for e in told
    ]
    assert check(problem, claim_of(problem, found.schedule, left_out)) == []
    assert found.proved, found.notes
    assert found.bound == found.cost
    return found


def starts(found: ExactOutcome) -> dict[int, int]:
    """Start of each planned visit."""
    assert found.schedule is not None
    return {
        stop.index: stop.start
        for route in found.schedule.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    }


def test_two_visits_on_a_line_are_served_on_the_way_out() -> None:
    """Two hours of work and four steps of ten minutes make 160 min and 24 km."""
    found = proved(world((visit(1), visit(2))))
    assert found.unassigned == (0, 0, 0, 0)
    # At 100 a minute and 80 a km.
    assert found.cost == 16000 + 1920


def test_the_later_of_two_windows_saves_the_wait() -> None:
    """With its second window at 11:00 the first visit need not wait three hours for the other."""
    early = visit(1, windows=(Window(EIGHT, EIGHT + 1200), Window(11 * HOUR, 11 * HOUR + 1200)))
    late = visit(1, windows=(Window(NOON + 1200, NOON + 1200),))
    found = proved(world((early, late)))
    assert starts(found) == {0: 11 * HOUR + 1200, 1: NOON + 1200}
    # From 11:10 to 13:30 is 140 min.
    assert found.cost == 14000 + 960


def test_a_start_waits_for_the_promise() -> None:
    """Starting at the promised 10:00 costs nothing here, for the departure waits at home."""
    promised = visit(1, promise=Promise(TEN, NOON, 5000))
    found = proved(world((promised,)))
    assert TEN <= starts(found)[0] <= NOON
    assert found.cost == 8000 + 960


def test_money_of_a_due_ideal_is_rounded_once() -> None:
    """Eight hours from an ideal after the shift cost 100 a day: 33.3, rounded 33."""
    due = Due(0, 86400, 22 * HOUR + 3000, 100, 100)
    found = proved(world((visit(1, due=due),), (day_shift(),)))
    # The latest start is 14:50, eight hours before the ideal.
    assert starts(found)[0] == 14 * HOUR + 3000
    assert found.cost == 8000 + 960 + 33


def test_a_breach_that_costs_less_than_waiting_is_not_hurried() -> None:
    """Nobody comes earlier for an SLA that a second visit makes dear to keep."""
    first = visit(3, windows=(Window(EIGHT + 1800, EIGHT + 1800),))
    clock = visit(1, sla=Sla(NINE, 100, 0))
    found = proved(world((first, clock)))
    # 3 steps out, an hour of work, 2 back, an hour, 1 home: 180 min and 36 km, and the fee.
    assert found.cost == 18000 + 2880 + 100


def test_a_mandatory_visit_goes_before_two_low_ones() -> None:
    """Both low visits would fit, and the mandatory one alone fills the day."""
    low = [visit(1, tier=Tier.LOW, duration=2 * HOUR) for _ in range(2)]
    long = visit(1, tier=Tier.MANDATORY, duration=7 * HOUR)
    found = proved(world((*low, long)))
    assert found.unassigned == (2, 0, 0, 0)


def test_a_crew_starts_together_and_a_follower_waits_for_it() -> None:
    """Both engineers reach place 1 at once; the follower in place 2 starts after both are done."""
    team = visit(1, crew_size=2)
    next_one = visit(2, after=(After(0, 600, 600),))
    shifts = (day_shift(0), day_shift(1))
    found = proved(world((team, next_one), shifts, (Engineer(), Engineer())))
    begun = starts(found)
    assert begun[1] == begun[0] + HOUR + 600


def test_a_part_is_fetched_once_for_two_visits() -> None:
    """Two units are loaded at place 1 on the way to places 2 and 3."""
    needing = [visit(place, parts=((0, 1),)) for place in (2, 3)]
    depot = Depot(1, 300, stock={0: 2})
    found = proved(world(tuple(needing), depots=(depot,)))
    assert found.solution is not None
    first = found.solution.routes[0][0]
    assert (first.kind, first.parts) == (StopKind.PICKUP, ((0, 2),))
    # Six steps, two hours and five minutes.
    assert found.cost == 18500 + 2880


def test_a_delivery_is_waited_for() -> None:
    """The part comes at 10:00; the route leaves home so as to be at the depot then."""
    depot = Depot(1, 0, inbound=((TEN, 0, 1),))
    found = proved(world((visit(2, parts=((0, 1),)),), depots=(depot,)))
    assert found.schedule is not None
    assert found.schedule.routes[0].start == TEN - 600


def test_one_unit_in_the_depot_serves_one_of_two_vans() -> None:
    """The second visit with the same need stays out, whoever drives."""
    needing = tuple(visit(place, parts=((0, 1),)) for place in (1, 2))
    depot = Depot(0, 0, stock={0: 1})
    found = proved(
        world(needing, (day_shift(0), day_shift(1)), (Engineer(), Engineer()), depots=(depot,))
    )
    assert sum(found.unassigned) == 1


def test_a_tool_comes_from_the_depot() -> None:
    """The crimper hangs in place 3; the visit in place 1 is served on the way back."""
    depot = Depot(3, 0, tools=frozenset({0}))
    found = proved(world((visit(1, tools=(0,)),), depots=(depot,)))
    assert found.cost == 12000 + 2880


def test_a_shift_may_begin_after_its_break() -> None:
    """Leaving at 9:45, after the break at 9:00 would be over, saves the paid break."""
    rest = Break(NINE, NINE, 2700)
    found = proved(world((visit(1, windows=(Window(NINE, NOON),)),), (day_shift(breaks=(rest,)),)))
    assert found.schedule is not None
    assert found.schedule.routes[0].start >= NINE + 2700
    assert found.cost == 8000 + 960


def test_nobody_comes_later_to_leave_a_break_out() -> None:
    """Setting out after the break at 10:00 would save more than 75 minutes of lateness cost.

    The clock takes the departure that is least late, 9:00, and so the proof has to.
    """
    awaited = visit(0, windows=(Window(TEN + 900, NOON),), sla=Sla(NINE, 0, 1000))
    found = proved(world((awaited,), (day_shift(breaks=(Break(TEN, TEN, 900),)),)))
    assert found.schedule is not None
    assert found.schedule.routes[0].start == NINE
    assert found.cost == 13500


def test_a_break_is_taken_when_the_day_is_long() -> None:
    """Six hours of work around a break of 45 minutes at noon."""
    rest = Break(NOON, NOON, 2700)
    long = [
        visit(0, duration=3 * HOUR, windows=(Window(EIGHT, NOON),)),
        visit(0, duration=3 * HOUR),
    ]
    found = proved(world(tuple(long), (day_shift(breaks=(rest,)),)))
    assert found.cost == 600 * 60 + 4500


def test_overtime_is_paid_when_nothing_else_serves() -> None:
    """Nine hours from 8:00 with both trips: 8 regular hours and 80 minutes of overtime."""
    shift = day_shift(latest_end=FOUR + 2 * HOUR)
    found = proved(world((visit(1, duration=9 * HOUR),), (shift,)))
    assert found.cost == 8 * 6000 + 80 * 150 + 960


def test_a_pin_holds_its_position() -> None:
    """The far visit is bound to come first, so the near one is met on the way back."""
    far = visit(3, pins=(Pin(0, 0),))
    found = proved(world((visit(1), far)))
    assert found.solution is not None
    assert [stop.index for stop in found.solution.routes[0]] == [1, 0]


def test_fairness_spreads_the_work() -> None:
    """At 1000 per squared hour two engineers share what one would do cheaper alone."""
    free = Tariff(0, 0, 0, 0)
    shifts = tuple(day_shift(e, tariff=free) for e in range(2))
    problem = world((visit(0), visit(0)), shifts, (Engineer(), Engineer()), fairness_rate=1000)
    assert proved(problem).cost == 2000


def test_working_time_is_the_only_goal_when_asked() -> None:
    """A promise of 5000 does not keep the engineer from the shorter day."""
    visits = (
        visit(1, promise=Promise(14 * HOUR, FOUR, 5000)),
        visit(1, windows=(Window(EIGHT, TEN),)),
    )
    found = proved(world(visits, objective=Objective.WORKING_TIME))
    assert found.cost == 2 * HOUR + 1200


def test_a_warm_start_that_is_best_is_proved_best() -> None:
    """Nothing beats the plan given, and it is what comes back."""
    problem = world((visit(1), visit(2)))
    given = Solution((go(0, 1),))
    found = solve_exact(problem, warm_start=given, time_limit_s=30)
    assert found.proved
    assert found.solution == given


def test_whoever_cancels_gets_what_is_known() -> None:
    """A cancelled proof gives the plan it was given, and says that it is not proved."""
    problem = world(tuple(visit(1 + v % 3, windows=ALL_DAY) for v in range(7)))
    given = Solution((go(0),))
    found = solve_exact(problem, warm_start=given, cancelled=lambda: True, time_limit_s=0.02)
    assert found.solution is not None
    assert not found.proved
    assert found.notes


def test_only_small_problems_suit() -> None:
    """A dozen visits on one shift are tried, thirty are not."""
    assert suits(world(tuple(visit(1) for _ in range(8))))
    assert not suits(world(tuple(visit(1) for _ in range(30))))


def test_a_bound_on_work_repeats_itself() -> None:
    """Under a limit of work, not of time, two runs give the same plan and the same bound."""
    problem = world(tuple(visit(1 + v % 3, windows=ALL_DAY) for v in range(5)))
    one, two = (solve_exact(problem, work_limit=0.2) for _ in range(2))
    assert (one.solution, one.cost, one.bound) == (two.solution, two.cost, two.bound)


def test_no_more_is_loaded_than_is_used() -> None:
    """Three units lie in the depot and two are used: two are loaded, in one pickup."""
    needing = [visit(place, parts=((0, 1),)) for place in (1, 2, 3)]
    depot = Depot(0, 0, unlimited=True)
    person = Engineer(stock={0: 1})
    found = proved(world(tuple(needing), engineers=(person,), depots=(depot,)))
    assert found.solution is not None
    loads = [s.parts for s in found.solution.routes[0] if s.kind is StopKind.PICKUP]
    assert loads == [((0, 2),)]


def test_an_idle_pickup_is_left_out() -> None:
    """A pickup that takes no time and loads nothing stands in no plan."""
    depot = Depot(1, 0, unlimited=True)
    problem = world(
        (visit(2, parts=((0, 1),)),), engineers=(Engineer(stock={0: 1}),), depots=(depot,)
    )
    found = proved(problem)
    assert found.solution is not None
    assert [stop.kind for stop in found.solution.routes[0]] == [StopKind.VISIT]
