"""Inserting one urgent visit: the cheapest place, everybody else where they were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planning_worlds import at, case, depot, engineer, shift, visit, window

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Inbound,
    Promise,
    RequiredSkill,
    SlaTerms,
    Visit,
)
from dispatch.errors import InputError
from dispatch.planning.audit import audit
from dispatch.planning.insert_now import insert_now
from dispatch.planning.near import Candidate, nearest
from dispatch.planning.shared_stock import Load, without_loads


def in_force(**routes: tuple[tuple[str, float], ...]) -> CurrentPlan:
    """A plan by engineer: visits with the hour they start."""
    return CurrentPlan(
        tuple(
            CurrentRoute(
                f"{name}-mon", tuple(CurrentStop(at(hour), visit=id) for id, hour in stops)
            )
            for name, stops in routes.items()
        )
    )


def urgent(**changes: object) -> Visit:
    """Half an hour in the south, to be reached by ten."""
    sla = SlaTerms(arrive_by=at(10), breach_fee=50_000, lateness_per_hour=20_000)
    return replace(visit("urgent", "south", 0.5, sla=sla), **changes)  # type: ignore[arg-type]


def morning(**changes: object) -> Case:
    """Chen works in the north until 11:10, Li has nothing to do; it is 09:00."""
    given = {
        "visits": (visit("old", "north", 2.0), urgent()),
        "now": at(9),
        "freeze_until": at(9.5),
        "current_plan": in_force(chen=(("old", 9.0 + 1 / 6),)),
    }
    return case(**(given | changes))


def test_the_free_engineer_is_sent_and_the_other_one_stays() -> None:
    """Li leaves at nine and arrives ten minutes later; Chen keeps his start to the second."""
    found = insert_now(morning(), "urgent")
    assert set(found.stops) == {"li"}
    assert found.arrive == at(9 + 1 / 6)
    assert [change.visit for change in found.bill.changes] == ["urgent"]
    assert found.plan is not None
    assert audit(morning(), found.plan) == []
    # 20 minutes on the road and 30 of work at 6000 an hour, and 12 km at 80.
    assert found.price == 5000 + 960


def test_a_skill_decides_who_is_asked() -> None:
    """Only Chen may; he comes after his work, too late for the SLA, and the price says so."""
    world = morning(visits=(visit("old", "north", 2.0), urgent(engineers=only("chen"))))
    found = insert_now(world, "urgent")
    assert set(found.stops) == {"chen"}
    (stop,) = found.stops.values()
    assert (stop.arrive, stop.late_s) == (at(11 + 1 / 3), 80 * 60)
    assert found.price is not None
    assert found.price > 50_000


def only(*names: str) -> object:
    """Rules that allow only some engineers."""
    from dispatch.domain import EngineerRules

    return EngineerRules(required=names)


def test_without_a_place_nobody_else_is_moved() -> None:
    """Both are at work all day long: the visit stays out, with a verdict, and nothing changes."""
    world = morning(
        visits=(visit("a", "north", 7.5), visit("b", "north", 7.5), urgent()),
        current_plan=in_force(chen=(("a", 9.0 + 1 / 6),), li=(("b", 9.0 + 1 / 6),)),
    )
    found = insert_now(world, "urgent")
    assert not found.placed
    assert found.plan is not None
    assert [one.visit for one in found.plan.unassigned] == ["urgent"]
    assert found.bill.changes == ()
    assert found.price == 0


def test_what_is_left_out_stays_out() -> None:
    """Another visit that nobody has planned is not this question's business."""
    world = morning(visits=(visit("old", "north", 2.0), urgent(), visit("later", "south")))
    found = insert_now(world, "urgent")
    assert found.placed
    # The plan is finished like any other, so a place that is free all the same is used and told.
    assert {change.visit for change in found.bill.changes} <= {"urgent", "later"}


def test_a_plan_to_be_published_tells_risk_and_remedies() -> None:
    """Whoever asks on the phone does not wait for them; the board shows them of every plan."""
    nobody = visit("nobody", required_skills=(RequiredSkill("welding", 1),))
    world = morning(visits=(visit("old", "north", 2.0), urgent(), nobody))
    quick, whole = insert_now(world, "urgent").plan, insert_now(world, "urgent", thorough=True).plan
    assert quick is not None
    assert whole is not None
    assert (quick.unassigned[0].remedy is None, whole.unassigned[0].remedy is None) == (True, False)
    chances = [stop.breach_probability for route in whole.routes for stop in route.stops]
    assert sum(one is not None for one in chances) == 1
    assert audit(world, whole) == []


def test_a_promise_is_not_broken_for_it() -> None:
    """Li has promised the south at 09:30; she is there early enough for both in turn."""
    promised = visit("promised", "south", 1.0, promise=Promise(at(9.25), at(10)))
    world = morning(
        visits=(visit("old", "north", 2.0), promised, urgent(engineers=only("li"))),
        current_plan=in_force(chen=(("old", 9.0 + 1 / 6),), li=(("promised", 9.5),)),
    )
    found = insert_now(world, "urgent")
    assert set(found.stops) == {"li"}
    assert found.bill.total == 0


def test_a_crew_beside_it_keeps_its_common_start() -> None:
    """A visit of two is in the plan; the urgent one goes around it."""
    pair = visit("pair", "north", 1.0, crew_size=2, time_windows=(window(11, 11.5),))
    world = morning(
        visits=(pair, urgent()),
        current_plan=in_force(chen=(("pair", 11.0),), li=(("pair", 11.0),)),
    )
    found = insert_now(world, "urgent")
    assert found.placed
    assert found.plan is not None
    starts = {s.start for r in found.plan.routes for s in r.stops if s.visit == "pair"}
    assert starts == {at(11)}


def test_a_crew_whose_second_van_brings_the_part_is_left_alone() -> None:
    """The plan in force says that Li brings the board: Chen, who has none, is asked for none."""
    pair = visit("pair", "north", 1.0, crew_size=2, parts={"board": 1})
    stops = (
        CurrentStop(at(11), visit="pair"),
        CurrentStop(at(11), visit="pair", parts={"board": 1}),
    )
    world = morning(
        visits=(pair, urgent()),
        engineers=(engineer("chen"), engineer("li", van_stock={"board": 1})),
        current_plan=CurrentPlan(
            tuple(
                CurrentRoute(f"{name}-mon", (stop,))
                for name, stop in zip(("chen", "li"), stops, strict=True)
            )
        ),
    )
    found = insert_now(world, "urgent")
    assert found.placed
    assert found.price is not None, "the plan in force can be kept as it is"
    assert found.plan is not None
    brought = {r.engineer: dict(s.parts) for r in found.plan.routes for s in r.stops if s.parts}
    assert brought == {"li": {"board": 1}}


def test_a_shortened_shift_is_mended_on_the_way() -> None:
    """Chen goes home at ten, so his later visit finds Li, and the bill says that it moved."""
    ill = engineer("chen", shifts=(shift("chen-mon", end=at(10)),))
    world = morning(
        engineers=(ill, engineer("li")),
        visits=(visit("old", "north", 2.0), urgent()),
        current_plan=in_force(chen=(("old", 10.5),)),
    )
    found = insert_now(world, "urgent")
    assert found.price is None
    assert found.placed
    assert found.plan is not None
    assert {r.engineer for r in found.plan.routes for s in r.stops if s.visit == "old"} == {"li"}
    assert {change.visit for change in found.bill.changes} == {"old", "urgent"}


def test_a_day_without_shifts_has_no_place() -> None:
    """Nobody works: there is nothing to plan and nothing to compare with."""
    found = insert_now(morning(engineers=(), current_plan=None), "urgent")
    assert (found.placed, found.plan, found.price) == (False, None, None)


def test_only_a_waiting_visit_can_be_inserted() -> None:
    """A visit that is planned, or that nobody knows, is refused by name."""
    with pytest.raises(InputError, match="old"):
        insert_now(morning(), "old")
    with pytest.raises(InputError, match="nobody-knows"):
        insert_now(morning(), "nobody-knows")


def test_the_nearest_able_engineers_are_asked_with_their_partners() -> None:
    """Of three, the near one lacks the skill (and is asked only for reasons); who works in a pair brings the other along."""
    people = [
        Candidate("near", {}, [(21.0, 110.0)]),
        Candidate("middle", {"ups": 2}, [(21.1, 110.0)], frozenset({"partner"})),
        Candidate("far", {"ups": 2}, [(22.0, 110.0)]),
        Candidate("partner", {}, [(25.0, 110.0)]),
    ]
    from dispatch.domain import RequiredSkill

    wanted = urgent(required_skills=(RequiredSkill("ups", 2),))
    assert nearest(wanted, (21.0, 110.0), people, most=1) == {"middle", "partner"}
    assert nearest(wanted, (21.0, 110.0), people, most=2) == {"middle", "partner", "far"}
    assert nearest(wanted, (21.0, 110.0), people[:1], most=2) == {"near"}


def test_what_others_fetch_is_taken_from_the_last_delivery_before() -> None:
    """Four on the shelf, three at noon: two at one o'clock leave the shelf as it is."""
    store = depot(inbound=(Inbound("board", 3, at(12)),))
    (left,) = without_loads([store], [Load("d1", "board", 2, at(13))])
    assert (left.stock, [one.quantity for one in left.inbound]) == ({"board": 4}, [1])
    (left,) = without_loads([store], [Load("d1", "board", 2, at(11))])
    assert (left.stock, [one.quantity for one in left.inbound]) == ({"board": 2}, [3])
    (left,) = without_loads([store], [Load("d1", "board", 5, at(13))])
    assert (left.stock, left.inbound) == ({"board": 2}, ())
    endless = depot(stock=None)
    assert without_loads([endless], [Load("d1", "board", 5, at(13))]) == (endless,)
