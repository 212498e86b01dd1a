"""Rules of persons and tiers in the routing model."""

from __future__ import annotations

from named_worlds import NINE, day_shift, visit, world
from routing_plans import plan, shifts_of, starts

from dispatch.solver.problem import Engineer, Problem, Tier, Visit, Window


def pair(*visits: Visit, engineers: tuple[Engineer, ...] = (Engineer(), Engineer())) -> Problem:
    """Give the visits to two engineers at home in place 0."""
    return world(visits, (day_shift(0), day_shift(1)), engineers)


def test_skill_needs_its_level() -> None:
    """Level 2 is asked; the engineer at level 1 may not come, the one at level 2 may."""
    needs = visit(1, skills=((0, 2),))
    low, enough = Engineer({0: 1}), Engineer({0: 2})
    assert shifts_of(plan(pair(needs, engineers=(low, enough)))) == {0: [1]}
    assert not starts(plan(pair(needs, engineers=(low, low))))


def test_required_engineers_are_the_only_ones() -> None:
    """Only engineer 1 may come."""
    assert shifts_of(plan(pair(visit(1, required_engineers=frozenset({1}))))) == {0: [1]}


def test_forbidden_engineers_stay_away() -> None:
    """Engineer 0 is refused, then both are."""
    assert shifts_of(plan(pair(visit(1, forbidden_engineers=frozenset({0}))))) == {0: [1]}
    assert not starts(plan(pair(visit(1, forbidden_engineers=frozenset({0, 1})))))


def test_preferred_engineer_is_worth_a_detour_below_the_price() -> None:
    """Engineer 1 lives ten minutes further off: 2 x 600 s and 2 x 6 km cost 2960."""
    wanted = visit(1, preferred_engineers=frozenset({1}), preference_price=2961)
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    people = (Engineer(), Engineer())
    assert shifts_of(plan(world((wanted,), shifts, people))) == {0: [1]}
    cheaper = visit(1, preferred_engineers=frozenset({1}), preference_price=2959)
    timed = plan(world((cheaper,), shifts, people))
    assert shifts_of(timed) == {0: [0]}
    assert timed.cost.preference == 2959


def test_promised_engineer_keeps_the_visit_for_the_price() -> None:
    """The same detour against the price of sending another engineer than promised."""
    promised = visit(1, promised_engineers=frozenset({1}), engineer_change_price=2961)
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    people = (Engineer(), Engineer())
    assert shifts_of(plan(world((promised,), shifts, people))) == {0: [1]}
    cheaper = visit(1, promised_engineers=frozenset({1}), engineer_change_price=2959)
    timed = plan(world((cheaper,), shifts, people))
    assert (shifts_of(timed), timed.cost.churn) == ({0: [0]}, 2959)


def test_crew_pays_preference_once_and_not_at_all_with_one_preferred() -> None:
    """Two go; one of them is preferred, so nothing is due; with a stranger preferred, once."""
    both = visit(1, crew_size=2, preferred_engineers=frozenset({1}), preference_price=2000)
    assert plan(pair(both)).cost.preference == 0
    people = (Engineer(), Engineer(), Engineer())
    stranger = visit(
        1,
        crew_size=2,
        preferred_engineers=frozenset({2}),
        forbidden_engineers=frozenset({2}),
        preference_price=2000,
    )
    timed = plan(pair(stranger, engineers=people))
    assert timed.cost.preference == 2000


def test_one_high_visit_beats_any_number_of_normal_ones() -> None:
    """At nine o'clock there is one engineer: six normal visits elsewhere cannot outweigh it."""
    moment = (Window(NINE, NINE),)
    high = visit(3, tier=Tier.HIGH, duration=6 * 3600 + 1800, windows=moment)
    normal = [visit(1, duration=3600, windows=(Window(NINE, NINE + i * 3600),)) for i in range(6)]
    assert set(starts(plan(world((*normal, high))))) == {6}
    assert len(starts(plan(world(tuple(normal))))) == 6


def test_money_never_buys_a_visit() -> None:
    """A low visit is served although it alone makes a dear shift necessary."""
    dear = day_shift(tariff=day_shift().tariff.__class__(10_000_000, 6000, 9000, 80))
    assert set(starts(plan(world((visit(1, tier=Tier.LOW),), (dear,))))) == {0}
