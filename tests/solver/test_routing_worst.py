"""The routing model on the largest lateness: one price for the plan, not for each route."""

from __future__ import annotations

from dataclasses import replace

from named_worlds import DAY, EIGHT, HOUR, NINE, NOON, day_shift, free_of_charge, visit, world
from routing_plans import plan, shifts_of, starts

from dispatch.solver.problem import Due, Engineer, Objective, Sla, Tariff, Window


def test_one_late_visit_costs_by_the_hour() -> None:
    """Place 1 is reached at 8:10 at best, ten minutes late: 12000 / 6 = 2000."""
    late = visit(1, sla=Sla(EIGHT, 0, 0))
    timed = plan(world((late,), worst_lateness_per_hour=12000))
    assert (timed.cost.worst_lateness, timed.cost.sla) == (2000, 0)
    assert starts(timed) == {0: EIGHT + 600}


def test_only_the_worst_of_all_shifts_is_paid() -> None:
    """Two engineers, ten and twenty minutes late: twenty minutes at 6000 an hour."""
    late = visit(1, windows=(Window(EIGHT + 600, EIGHT + 600),), sla=Sla(EIGHT, 0, 0))
    later = visit(2, windows=(Window(EIGHT + 1200, EIGHT + 1200),), sla=Sla(EIGHT, 0, 0))
    shifts, people = (day_shift(0), day_shift(1)), (Engineer(), Engineer())
    timed = plan(world((late, later), shifts, people, worst_lateness_per_hour=6000))
    assert timed.cost.worst_lateness == 2000


def test_nobody_is_kept_waiting_very_long() -> None:
    """Two visits promised for 8:10: a second engineer comes when the worst lateness has a price.

    Alone the one keeps somebody waiting for an hour, which costs 12000; the other costs less.
    """
    late = visit(1, sla=Sla(EIGHT + 600, 0, 0))
    dear = (day_shift(0), day_shift(1, tariff=replace(Tariff(), per_shift=5000)))
    cheap = world((late, late), dear, (Engineer(), Engineer()))
    assert len({s for one in shifts_of(plan(cheap)).values() for s in one}) == 1
    timed = plan(replace(cheap, worst_lateness_per_hour=12000))
    assert sorted(starts(timed).values()) == [EIGHT + 600, EIGHT + 600]
    assert timed.cost.worst_lateness == 0


def test_a_start_after_its_ideal_counts_and_an_early_one_does_not() -> None:
    """Bound to 13:00 an hour late; bound to nine nothing, whatever is missing to noon."""
    due = Due(0, DAY, NOON, 0, 0)
    free = (day_shift(tariff=free_of_charge()),)
    for start, price in ((NOON + HOUR, 3000), (NINE, 0)):
        bound = visit(1, due=due, windows=(Window(start, start),))
        timed = plan(world((bound,), free, worst_lateness_per_hour=3000))
        assert timed.cost.worst_lateness == price


def test_the_first_of_a_crew_is_the_arrival() -> None:
    """One of the two comes from place 3 and is late; the other is there in time."""
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    both = visit(0, crew_size=2, sla=Sla(EIGHT, 0, 0))
    timed = plan(world((both,), shifts, (Engineer(), Engineer()), worst_lateness_per_hour=6000))
    assert timed.cost.worst_lateness == 0


def test_working_time_is_not_bought_with_lateness() -> None:
    """Under the other objective the price is told and not minimised."""
    late = visit(1, sla=Sla(EIGHT, 0, 0))
    timed = plan(world((late,), worst_lateness_per_hour=12000, objective=Objective.WORKING_TIME))
    assert timed.cost.worst_lateness >= 2000


def test_a_visit_left_out_is_not_late() -> None:
    """The first one fills the shift; the one that stays at home costs its tier and no lateness."""
    full = visit(1, duration=7 * HOUR, sla=Sla(EIGHT + 600, 0, 0))
    other = replace(full, sla=Sla(EIGHT - HOUR, 0, 0))
    timed = plan(world((full, other), worst_lateness_per_hour=6000))
    assert timed.unassigned == (1,)
    assert timed.cost.worst_lateness == 0
