"""Rules of money in the routing model: lateness, due moments, promises, the two objectives."""

from __future__ import annotations

from dataclasses import replace

from named_worlds import DAY, EIGHT, HOUR, NINE, NOON, TEN, day_shift, free_of_charge, visit, world
from routing_plans import plan, shifts_of, starts

from dispatch.solver.problem import Due, Engineer, Objective, Promise, Sla, Tariff, Window


def test_late_arrival_costs_by_the_hour() -> None:
    """Place 1 is reached at 8:10 at best, ten minutes late: 12000 / 6 = 2000."""
    timed = plan(world((visit(1, sla=Sla(EIGHT, 0, 12000)),)))
    assert timed.cost.sla == 2000
    assert starts(timed) == {0: EIGHT + 600}


def test_breach_fee_is_a_step() -> None:
    """Two visits cannot both be in time; with a fee the dear one goes first and one is breached.

    Both are due at 8:10. Without fees the cheap rates decide: lateness of the second visit costs
    70 min at 600 an hour = 700 either way round, so the fee of the first decides the order.
    """
    base = Sla(EIGHT + 600, 0, 600)
    dear = visit(1, sla=replace(base, breach_fee=5000))
    cheap = visit(1, sla=replace(base, breach_fee=1000))
    timed = plan(world((cheap, dear)))
    assert starts(timed) == {1: EIGHT + 600, 0: EIGHT + 600 + HOUR}
    assert timed.cost.sla == 1000 + 600
    # One second of lateness costs the whole fee, but no more of it later.
    late = plan(world((visit(1, sla=Sla(EIGHT + 599, 5000, 0)),)))
    assert late.cost.sla == 5000
    in_time = plan(world((visit(1, sla=Sla(EIGHT + 600, 5000, 0)),)))
    assert in_time.cost.sla == 0


def test_one_long_breach_is_cheaper_than_two_short_ones() -> None:
    """A slope cannot tell: after an hour at the long visit both short ones would pay the fee."""
    short = visit(1, duration=600, sla=Sla(EIGHT + 1200, 9000, 0))
    long = visit(1, duration=2 * HOUR, sla=Sla(EIGHT + 600, 9000, 0))
    timed = plan(world((long, short, short)))
    assert timed.cost.sla == 9000
    assert starts(timed)[0] == EIGHT + 600 + 1200


def test_arrival_counts_and_not_the_start() -> None:
    """The door opens at ten; being there at nine keeps the arrival clock, at waiting costs.

    An hour of waiting costs 6000, a breach 7000 (then it pays to come early) or 5000 (then not).
    """
    gate = (Window(TEN, TEN),)
    timed = plan(world((visit(1, windows=gate, sla=Sla(NINE, 7000, 0)),)))
    stop = timed.routes[0].stops[0]
    assert (stop.arrive, stop.start, timed.cost.sla) == (NINE, TEN, 0)


def test_crew_counts_the_first_arrival() -> None:
    """One of the two comes from place 3 and is late; the other is there in time."""
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    both = visit(0, crew_size=2, sla=Sla(EIGHT, 9000, 6000))
    timed = plan(world((both,), shifts, (Engineer(), Engineer())))
    assert starts(timed) == {0: EIGHT + 1800}
    assert timed.cost.sla == 0


def test_due_moment_is_priced_on_both_sides() -> None:
    """With labour free the visit starts at its ideal; bound to nine it pays three hours early."""
    due = Due(0, DAY, NOON, 24000, 48000)
    free = (day_shift(tariff=free_of_charge()),)
    timed = plan(world((visit(1, due=due),), free))
    assert (starts(timed), timed.cost.due) == ({0: NOON}, 0)
    early = plan(world((visit(1, due=due, windows=(Window(NINE, NINE),)),), free))
    assert early.cost.due == 3000
    late = plan(world((visit(1, due=due, windows=(Window(NOON + HOUR, NOON + HOUR),)),), free))
    assert late.cost.due == 2000


def test_promise_is_kept_while_it_is_cheaper() -> None:
    """The second visit could start at 9:10; the promise from eleven costs 110 min of waiting.

    Waiting costs 11000: a promise of 12000 is kept, one of 10000 is broken.
    """
    first = visit(1, windows=(Window(EIGHT, EIGHT + 600),))
    eleven = 11 * HOUR
    kept = visit(1, promise=Promise(eleven, eleven + HOUR, 12000))
    timed = plan(world((first, kept)))
    assert (starts(timed)[1], timed.cost.churn) == (eleven, 0)
    broken = visit(1, promise=Promise(eleven, eleven + HOUR, 10000))
    timed = plan(world((first, broken)))
    assert (starts(timed)[1], timed.cost.churn) == (EIGHT + 600 + HOUR, 10000)


def test_cheap_engineer_is_sent() -> None:
    """The second engineer lives further off but costs half an hour's rate."""
    cheap = Tariff(0, 3000, 9000, 80)
    shifts = (day_shift(0), day_shift(1, start_location=1, end_location=1, tariff=cheap))
    timed = plan(world((visit(0),), shifts, (Engineer(), Engineer())))
    assert shifts_of(timed) == {0: [1]}
    # 4800 s at 3000 an hour, and 12 km at 80.
    assert (timed.cost.labour, timed.cost.travel) == (4000, 960)


def test_fee_of_a_second_shift_is_avoided() -> None:
    """Two visits in time for two shifts go to one when each shift costs a fee."""
    people, visits = (Engineer(), Engineer()), (visit(1), visit(1))
    fee = Tariff(5000, 6000, 9000, 80)
    shifts = (day_shift(0, tariff=fee), day_shift(1, tariff=fee))
    timed = plan(world(visits, shifts, people))
    assert len(timed.routes) == 1
    assert timed.cost.labour == 5000 + 14000


def test_working_time_objective_ignores_money() -> None:
    """The near engineer is dear: cost sends the far one, working time the near one."""
    dear = Tariff(0, 60000, 90000, 800)
    shifts = (day_shift(0, tariff=dear), day_shift(1, start_location=2, end_location=2))
    people = (Engineer(), Engineer())
    problem = world((visit(0),), shifts, people)
    assert shifts_of(plan(problem)) == {0: [1]}
    timed = plan(replace(problem, objective=Objective.WORKING_TIME))
    assert shifts_of(timed) == {0: [0]}
    assert timed.routes[0].working_time == HOUR


def test_huge_amounts_do_not_overflow() -> None:
    """Prices of ten to the twelfth leave the order of the tiers and the plan intact."""
    huge = 10**12
    tariff = Tariff(huge, huge, huge, huge)
    late = visit(1, sla=Sla(EIGHT, huge, huge), preference_price=huge)
    from dispatch.solver.ortools_engine import solve_ortools

    solution = solve_ortools(
        world((late, late), (day_shift(tariff=tariff),)), time_limit_s=30.0, branch_limit=500
    )
    assert solution.assigned() == {0, 1}
