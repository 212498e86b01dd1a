"""Rules of parts and tools in the routing model: vans, depots, deliveries, tools aboard."""

from __future__ import annotations

from named_worlds import DAY, EIGHT, HOUR, NINE, NOON, day_shift, one_part_short, visit, world
from routing_plans import pickups, plan, shifts_of, starts

from dispatch.solver.problem import UNLIMITED, Depot, Engineer, Tier, Window


def test_van_with_the_part_goes() -> None:
    """Only engineer 1 has the part, and no depot sells it."""
    people = (Engineer(), Engineer(stock={0: 1}))
    shifts = (day_shift(0), day_shift(1))
    needs = visit(1, parts=((0, 1),))
    assert shifts_of(plan(world((needs,), shifts, people))) == {0: [1]}
    assert not starts(plan(world((needs,), shifts, (Engineer(), Engineer()))))


def test_unlimited_van_never_runs_empty() -> None:
    """Five pieces twice, from a van without limit."""
    needs = visit(1, parts=((0, 5),))
    full = (Engineer(stock={0: UNLIMITED}),)
    assert len(starts(plan(world((needs, needs), engineers=full)))) == 2


def test_one_pickup_serves_several_visits() -> None:
    """The depot lies on the way; two visits take one part each from a single pickup of two."""
    needs = visit(2, parts=((0, 1),))
    timed = plan(world((needs, needs), depots=(Depot(1, 300, {0: 9}),)))
    assert pickups(timed) == [(0, EIGHT + 600, ((0, 2),))]
    assert timed.routes[0].working_time == 2 * HOUR + 4 * 600 + 300


def test_van_stock_saves_the_pickup() -> None:
    """One of two parts is aboard, so only one is loaded; with two aboard nobody stops."""
    needs = visit(2, parts=((0, 1),))
    depots = (Depot(1, 300, {0: 9}),)
    one = (Engineer(stock={0: 1}),)
    assert [p[2] for p in pickups(plan(world((needs, needs), engineers=one, depots=depots)))] == [
        ((0, 1),)
    ]
    two = (Engineer(stock={0: 2}),)
    assert not pickups(plan(world((needs, needs), engineers=two, depots=depots)))


def test_depot_stock_is_shared_by_all() -> None:
    """One piece for two engineers: the higher tier gets it."""
    people = (Engineer(), Engineer())
    shifts = (day_shift(0), day_shift(1))
    low = visit(1, parts=((0, 1),), tier=Tier.LOW)
    high = visit(1, parts=((0, 1),), tier=Tier.HIGH)
    timed = plan(world((low, high), shifts, people, depots=(Depot(1, 300, {0: 1}),)))
    assert set(starts(timed)) == {1}
    timed = plan(world((low, high), shifts, people, depots=(Depot(1, 300, {0: 2}),)))
    assert set(starts(timed)) == {0, 1}


def test_pickup_waits_for_the_delivery() -> None:
    """The second piece comes at noon; a visit that must start before noon uses the van's."""
    timed = plan(one_part_short())
    assert set(starts(timed)) == {0, 1}
    assert pickups(timed) == [(0, NOON, ((0, 1),))]


def test_delivery_after_the_window_is_too_late() -> None:
    """From noon at place 1 it is 12:05 + 10 min to place 2: a window until 12:15 just holds."""
    depots = (Depot(1, 300, inbound=((NOON, 0, 1),)),)
    just = visit(2, parts=((0, 1),), windows=(Window(0, NOON + 900),))
    assert starts(plan(world((just,), depots=depots))) == {0: NOON + 900}
    missed = visit(2, parts=((0, 1),), windows=(Window(0, NOON + 899),))
    assert not starts(plan(world((missed,), depots=depots)))


def test_pickup_lies_inside_the_opening() -> None:
    """The depot opens from nine to 9:05, just long enough for a pickup of five minutes."""
    needs = visit(1, parts=((0, 1),))
    depot = Depot(1, 300, {0: 1}, opening=(Window(NINE, NINE + 300),))
    timed = plan(world((needs,), depots=(depot,)))
    assert pickups(timed) == [(0, NINE, ((0, 1),))]
    shut = Depot(1, 300, {0: 1}, opening=(Window(NINE, NINE + 299),))
    assert not starts(plan(world((needs,), depots=(shut,))))


def test_nearer_depot_is_chosen() -> None:
    """Both depots have the part; the one on the way costs no detour."""
    needs = visit(1, parts=((0, 1),))
    timed = plan(world((needs,), depots=(Depot(3, 0, unlimited=True), Depot(1, 0, {0: 1}))))
    assert [s.index for s in timed.routes[0].stops] == [1, 0]


def test_tool_comes_from_the_engineer_or_the_depot() -> None:
    """Without the tool the engineer fetches it first; with it nobody stops; else nobody comes."""
    needs = visit(2, tools=(1,))
    lender = (Depot(1, 300, tools=frozenset({1})),)
    assert pickups(plan(world((needs,), depots=lender))) == [(0, EIGHT + 600, ())]
    owner = (Engineer(tools=frozenset({1})),)
    assert not pickups(plan(world((needs,), engineers=owner, depots=lender)))
    assert not starts(plan(world((needs,))))


def two_days(*visits: object, **changes: object) -> object:
    """One engineer with a shift on each of two days."""
    tomorrow = day_shift(start=EIGHT + DAY, end=2 * DAY - 8 * HOUR, latest_end=2 * DAY - 8 * HOUR)
    return world(visits, (day_shift(), tomorrow), horizon=2 * DAY, **changes)  # type: ignore[arg-type]


def test_van_stock_carries_over_to_the_next_shift() -> None:
    """One piece in the van, needed tomorrow: today's visit goes without, whatever its order."""
    today = visit(1, parts=((0, 1),), windows=(Window(0, DAY),))
    tomorrow = visit(1, parts=((0, 1),), windows=(Window(DAY, 2 * DAY),))
    one, two = (Engineer(stock={0: 1}),), (Engineer(stock={0: 2}),)
    assert len(starts(plan(two_days(today, tomorrow, engineers=one)))) == 1  # type: ignore[arg-type]
    assert len(starts(plan(two_days(today, tomorrow, engineers=two)))) == 2  # type: ignore[arg-type]


def test_surplus_of_one_day_serves_the_next() -> None:
    """The depot is open today only; a pickup of two serves tomorrow's visit as well."""
    today = visit(1, parts=((0, 1),), windows=(Window(0, DAY),))
    tomorrow = visit(1, parts=((0, 1),), windows=(Window(DAY, 2 * DAY),))
    depot = Depot(1, 300, unlimited=True, opening=(Window(0, DAY),))
    timed = plan(two_days(today, tomorrow, depots=(depot,)))  # type: ignore[arg-type]
    assert len(starts(timed)) == 2
    assert [p[2] for p in pickups(timed)] == [((0, 2),)]


def test_depot_tools_go_back_when_the_shift_ends() -> None:
    """The tool is fetched on both days, although nothing is used up."""
    today = visit(1, tools=(0,), windows=(Window(0, DAY),))
    tomorrow = visit(1, tools=(0,), windows=(Window(DAY, 2 * DAY),))
    lender = (Depot(1, 300, tools=frozenset({0})),)
    timed = plan(two_days(today, tomorrow, depots=lender))  # type: ignore[arg-type]
    assert [p[0] for p in pickups(timed)] == [0, 1]
