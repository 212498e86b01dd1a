"""Expected times of a route of three visits, by hand: 10 minutes apart, an hour each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import PlanRoute, PlanStop, StopKind
from dispatch.planning.projection import DelayReason, StopFacts, project

EIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    """So many minutes after eight."""
    return EIGHT + timedelta(minutes=minute)


def stop(visit: str, arrive: int, *, wait: int = 0, headroom: int | None = None) -> PlanStop:
    """A visit of an hour, ten minutes from the one before."""
    return PlanStop(
        StopKind.VISIT,
        at(arrive),
        at(arrive + wait),
        at(arrive + wait + 60),
        visit=visit,
        travel_s=600,
        wait_s=wait * 60,
        sla_headroom_s=None if headroom is None else headroom * 60,
    )


# 08:10 to 09:10, 09:20 to 10:20, 10:30 (waits until 11:00) to 12:00, 12:10 to 13:10.
ROUTE = PlanRoute(
    "e1-mon",
    "e1",
    EIGHT,
    at(320),
    (stop("a", 10), stop("b", 80, headroom=30), stop("c", 150, wait=30), stop("d", 250)),
)


def arrivals(facts: dict[str, StopFacts], now: int) -> dict[str | None, int]:
    """Minutes after eight at which each visit is expected to be reached."""
    found = project(ROUTE, facts, at(now))
    return {one.stop.visit: int((one.arrive - EIGHT).total_seconds()) // 60 for one in found}


def test_without_reports_the_plan_holds() -> None:
    """Before the start of the route everything is expected as planned."""
    assert arrivals({}, -30) == {"a": 10, "b": 80, "c": 150, "d": 250}
    assert all(one.reason is None for one in project(ROUTE, {}, at(-30)))


def test_an_overrun_moves_what_comes_after_until_the_wait_takes_it_up() -> None:
    """A took 25 minutes longer: b and c are late by 25, the wait at c saves d."""
    facts = {"a": StopFacts(at(0), at(10), at(10), at(95))}
    assert arrivals(facts, 95) == {"b": 105, "c": 175, "d": 250}
    first = project(ROUTE, facts, at(95))[0]
    assert (first.reason, first.late_s) == (DelayReason("overrun", "a", 1500), 0)


def test_a_breach_is_seen_before_it_happens() -> None:
    """B may be 30 minutes late; with 40 minutes of overrun at a it will be 10 too late."""
    facts = {"a": StopFacts(at(0), at(10), at(10), at(110))}
    assert project(ROUTE, facts, at(110))[0].late_s == 600


def test_work_that_goes_on_and_on_is_noticed_without_a_report() -> None:
    """A began at 08:10 and is not over at 09:30, so b is expected at 09:40 at the earliest."""
    facts = {"a": StopFacts(at(0), at(10), at(10))}
    assert arrivals(facts, 90)["b"] == 100
    assert project(ROUTE, facts, at(90))[1].reason == DelayReason("overrun", "a", 1200)


def test_silence_is_told_as_what_it_is() -> None:
    """At 08:20 nobody has set out: a is expected at 08:30."""
    (first, *_) = project(ROUTE, {}, at(20))
    assert first.arrive == at(30)
    assert first.reason == DelayReason("no_report", None, 1200)


def test_on_the_way_late() -> None:
    """He set out at 08:15, so a is expected at 08:25."""
    (first, *_) = project(ROUTE, {"a": StopFacts(at(15))}, at(16))
    assert (first.arrive, first.reason) == (at(25), DelayReason("late_departure", "a", 900))


def test_nobody_waits_for_what_was_cancelled() -> None:
    """Without b the engineer is at c ten minutes after a, and waits there."""
    found = project(ROUTE, {}, at(-30), gone=frozenset({"b"}))
    assert [(one.stop.visit, one.arrive) for one in found][1] == ("c", at(80))
    assert found[1].start == at(180)


def test_a_visit_out_of_turn_leaves_the_other_to_do() -> None:
    """C was done first; a and b follow in their order."""
    facts = {"c": StopFacts(at(0), at(5), at(5), at(65))}
    assert arrivals(facts, 65) == {"a": 75, "b": 145, "d": 215}


FACTS = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(st.integers(0, 400), min_size=1, max_size=4).map(
        lambda minutes: StopFacts(*[at(minute) for minute in sorted(minutes)])
    ),
)


@given(FACTS, st.integers(-60, 500))
def test_nothing_is_expected_in_the_past_or_out_of_order(
    facts: dict[str, StopFacts], now: int
) -> None:
    """What is not under way lies ahead, and each visit begins after it is reached."""
    for one in project(ROUTE, facts, at(now)):
        assert one.arrive <= one.start <= one.finish or one.stop.visit in facts
        if one.stop.visit not in facts:
            assert one.arrive >= min(at(now), at(10)) or now < 0
        assert one.finish >= at(now) or now < 0
