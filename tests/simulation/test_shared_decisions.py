"""Scenarios decide as the base does, except where something of their own speaks against it."""

from __future__ import annotations

from dataclasses import replace

from simulated_worlds import at, busy_shop, engineer, repair

from dispatch.domain import Case, StopKind
from dispatch.domain.change import EngineerAdded
from dispatch.simulation.operation import Operation
from dispatch.simulation.people import Planned
from dispatch.simulation.replication import replicate
from dispatch.simulation.shared_decisions import Decision, as_base, examples, follow
from dispatch.simulation.study import Study, StudyWorld, WorkItem
from dispatch.simulation.world import PreparedWorld

POLICIES = ("ours", "insert", "morning", "every30")


def study(changed: Case, policy: str = "ours", other: str = "") -> Study:
    """The busy shop, and the same with a change."""
    worlds = (StudyWorld("base", busy_shop(), policy), StudyWorld("x", changed, other or policy))
    return Study(worlds, days=1, seed=3, iterations=5)


def with_gardener() -> Case:
    """The busy shop with somebody for whom there is no work."""
    return EngineerAdded(engineer("e3", "home", "gardening")).apply(busy_shop())


def test_who_cannot_help_changes_nothing() -> None:
    """Every figure but the share of paid hours is the base's, whatever the policy."""
    for policy in POLICIES:
        asked = study(with_gardener(), policy)
        for number in range(3):
            base, changed = (replicate(asked, WorkItem(world, number)) for world in (0, 1))
            idle = {"utilisation": base.figures["utilisation"]}
            assert {**changed.figures, **idle} == {**base.figures, **idle}


def test_a_scenario_alone_gives_the_same_numbers() -> None:
    """Whoever does a replication without having seen the base lives through the base first."""
    third = EngineerAdded(engineer("e3", "b", "power", van_stock={"fuse": 1})).apply(busy_shop())
    together, alone = study(third), study(third)
    for number in range(3):
        replicate(together, WorkItem(0, number))
        item = WorkItem(1, number)
        assert replicate(together, item) == replicate(alone, item)


def test_another_policy_decides_by_itself() -> None:
    """What is compared then is the decisions, so nothing is shared but the future."""
    shop = replace(busy_shop(), visits=(*busy_shop().visits, repair("v", "b", 15, "power")))
    compared = study(shop, "ours", "insert")
    alone = Study((StudyWorld("x", shop, "insert"),), days=1, seed=3, iterations=5)
    for number in range(2):
        assert replicate(compared, WorkItem(1, number)) == replicate(alone, WorkItem(0, number))


def stop(visit: str, place: str) -> Planned:
    """A visit in a route."""
    return Planned(StopKind.VISIT, place, 9 * 3600, visit, length=3600)


def test_a_merge_keeps_departures_and_takes_what_is_new() -> None:
    """The new visit goes where the base puts it; what e2 does here instead of e1 stays there."""
    places = ("a", "b", "c")
    visits = tuple(repair(f"v-{place}", place, 15, "power") for place in places)
    case = replace(busy_shop(), visits=visits, now=at(7))
    operation = Operation(PreparedWorld(StudyWorld("x", case), 1), 1, 5)
    operation.begin()
    va, vb, vc = (stop(f"v-{place}", place) for place in places)
    gone = stop("v-gone", "a")
    operation.routes = {"e1-mon": [va], "e2-mon": [vb]}
    before = {"e1-mon": (va, vb)}
    after = {"e1-mon": (gone, va, vc, vb), "unknown": (gone,)}
    merged = follow(operation, Decision(before, after, 0))
    names = {shift: [one.visit for one in stops] for shift, stops in merged.items()}
    assert names == {"e1-mon": ["v-a", "v-c"], "e2-mon": ["v-b"]}


def test_the_routes_of_the_base_are_the_first_example() -> None:
    """Between two decisions of the base its last one counts, less what nobody waits for here."""
    visits = tuple(repair(f"v-{place}", place, 15, "power") for place in ("a", "b"))
    case = replace(busy_shop(), visits=visits, now=at(7))
    va, vb, gone = stop("v-a", "a"), stop("v-b", "b"), stop("v-gone", "a")
    begin = Operation(PreparedWorld(StudyWorld("x", case), 1), 1, 5).now
    decided = Decision({}, {"e1-mon": (gone, vb, va), "unknown": (gone,)}, 0)
    guide = {begin: decided, begin + 3600: Decision({}, {}, 0)}
    operation = Operation(PreparedWorld(StudyWorld("x", case), 1), 1, 5, guide=guide)
    operation.begin()
    assert as_base(operation, decided) == {"e1-mon": [vb, va]}
    assert examples(operation) == [{"e1-mon": [vb, va]}, {"e1-mon": [vb, va]}]
    operation.now = begin + 1800
    assert examples(operation) == [{"e1-mon": [vb, va]}]
    operation.now = begin - 1
    assert examples(operation) == []


def test_what_the_van_has_is_not_fetched() -> None:
    """A pickup of the base is left out where the van carries the part already."""
    case = replace(busy_shop(), visits=(repair("v-a", "a", 15, "power"),), now=at(7))
    operation = Operation(PreparedWorld(StudyWorld("x", case), 1), 1, 5)
    operation.begin()
    pickup = Planned(StopKind.PICKUP, "store", 8 * 3600, depot="d1", loaded={"fuse": 1}, length=300)
    visit = replace(stop("v-a", "a"), parts={"fuse": 1})
    decision = Decision({}, {"e1-mon": (pickup, visit)}, 5)
    assert follow(operation, decision)["e1-mon"] == [visit]
    operation.workers["e1"].van["fuse"] = 0
    assert follow(operation, decision)["e1-mon"] == [pickup, visit]
