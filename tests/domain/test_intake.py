"""From requests and due rounds to visits and a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain import (
    Case,
    Contract,
    Depot,
    Engineer,
    Location,
    Priority,
    RequiredSkill,
    Severity,
    Shift,
    TimeWindow,
    Visit,
    VisitKind,
    default_policies,
)
from dispatch.domain.clock import PauseReason
from dispatch.domain.equipment import Equipment, EquipmentType, FaultKind, Grade
from dispatch.domain.intake import Commitment, build_case
from dispatch.domain.promise import Promise
from dispatch.domain.request import Request, RequestState, Step
from dispatch.domain.site import Access, Site
from dispatch.domain.world import CompanyWorld
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in November 2026 in Shanghai; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


NOW = at(23, 8)
DAY = TimeWindow(at(23, 0), at(24, 0))
UPS = EquipmentType(
    "ups",
    "不间断电源",
    "UPS",
    timedelta(minutes=40),
    maintenance_skills=(RequiredSkill("power"),),
    loaner_part="P-LOAN",
    faults=(
        FaultKind(
            "battery",
            "电池故障",
            "battery failure",
            timedelta(minutes=75),
            skills=(RequiredSkill("power", 2),),
            tools=("lifter",),
            parts={"P-BAT": 2},
        ),
    ),
)


def one_hospital(*requests: Request, **changes: object) -> CompanyWorld:
    """A platinum hospital with one UPS, an engineer on Monday and one on Tuesday."""
    world = CompanyWorld(
        locations=(Location("l-depot", 21.2, 110.4), Location("l-home", 21.3, 110.3)),
        depots=(Depot("d-1", "l-depot"),),
        engineers=(
            Engineer("e-1", shifts=(Shift("e-1-mon", at(23, 8), at(23, 17), "l-home"),)),
            Engineer("e-2", shifts=(Shift("e-2-tue", at(24, 8), at(24, 17), "l-home"),)),
        ),
        contracts=(
            Contract(
                "c-1",
                "中心医院",
                default_policies()["platinum"],
                monthly_fee=1_000_000,
                representatives=("e-1",),
            ),
        ),
        sites=(
            Site(
                "s-1",
                "c-1",
                Location("l-1", 21.27, 110.36),
                "中心医院",
                "Central Hospital",
                access=Access(time(9), time(17)),
            ),
        ),
        equipment_types=(UPS,),
        equipment=(
            Equipment("eq-1", "s-1", "ups", Grade.KEY, date(2024, 1, 1), date(2026, 11, 1)),
        ),
        requests=requests,
    )
    return replace(world, **changes)  # type: ignore[arg-type]


def battery(severity: Severity = Severity.CRITICAL, minutes_ago: int = 10) -> Request:
    """A battery failure of the hospital's UPS."""
    reported = NOW - timedelta(minutes=minutes_ago)
    return Request("r-1", "s-1", severity, reported, equipment="eq-1", fault="battery")


def the_visit(case: Case) -> Visit:
    """The only visit of a case."""
    (visit,) = case.visits
    return visit


def test_a_fault_brings_what_its_catalogue_says() -> None:
    """Skill, tool, parts and time of a battery failure; the fixed representative preferred."""
    visit = the_visit(build_case(one_hospital(battery()), DAY, NOW))
    assert visit.id == "r-1-v1"
    assert visit.required_skills == (RequiredSkill("power", 2),)
    assert (visit.required_tools, dict(visit.parts)) == (("lifter",), {"P-BAT": 2})
    assert visit.duration == timedelta(minutes=75)
    assert visit.engineers.preferred == ("e-1",)
    assert visit.title == "中心医院 Central Hospital · 电池故障 (battery failure)"


def test_a_platinum_critical_fault_is_mandatory_at_any_hour_within_the_hour() -> None:
    """Reported at 07:50, arrive by 08:50, though the site opens at nine."""
    visit = the_visit(build_case(one_hospital(battery()), DAY, NOW))
    assert visit.priority is Priority.MANDATORY
    assert visit.time_windows == ()
    assert visit.sla is not None
    assert visit.sla.arrive_by == at(23, 8, 50)
    assert visit.sla.breach_fee == 100_000


def test_a_minor_fault_waits_until_the_site_opens() -> None:
    """Access from 09:00 to 17:00 binds the start."""
    visit = the_visit(build_case(one_hospital(battery(Severity.MINOR)), DAY, NOW))
    assert visit.priority is Priority.NORMAL
    assert [(one.start, one.end) for one in visit.time_windows] == [(at(23, 9), at(23, 17))]


def test_a_site_closed_all_along_gets_its_next_window_not_any_time() -> None:
    """Planned on Sunday for Sunday, a minor fault can be seen to on Monday at nine."""
    sunday = TimeWindow(at(22, 0), at(23, 0))
    case = build_case(one_hospital(battery(Severity.MINOR, 1440)), sunday, at(22, 8))
    assert the_visit(case).time_windows[0].start == at(23, 9)


def test_nobody_drives_for_a_consultation_or_to_an_absent_customer() -> None:
    """Waiting for a part is different: the plan knows when it comes."""
    away = battery().pause(PauseReason.CUSTOMER_UNAVAILABLE, NOW)
    waiting = battery().pause(PauseReason.PART_ON_ITS_WAY, NOW)
    done = battery().take(Step.ACKNOWLEDGE, NOW).take(Step.RESOLVE_REMOTELY, NOW)
    for request in (battery(Severity.CONSULTATION), away, done):
        assert build_case(one_hospital(request), DAY, NOW).visits == ()
    assert len(build_case(one_hospital(waiting), DAY, NOW).visits) == 1


def test_a_fault_nobody_knows_takes_an_hour_and_the_skill_of_maintenance() -> None:
    """Better an engineer who knows the type than nobody."""
    request = replace(battery(), fault="odd smell", summary="有异味")
    visit = the_visit(build_case(one_hospital(request), DAY, NOW))
    assert visit.duration == timedelta(hours=1)
    assert visit.required_skills == (RequiredSkill("power"),)
    assert "有异味" in visit.title


def test_a_second_visit_for_the_same_fault_has_another_id() -> None:
    """The engineer left without a repair."""
    request = battery().advance(RequestState.ARRIVED, NOW).take(Step.LEAVE_UNFIXED, NOW)
    visit = the_visit(build_case(one_hospital(request), DAY, NOW))
    assert (visit.id, visit.sla) == ("r-1-v2", None)


def test_a_request_under_way_is_planned_only_where_it_is_committed() -> None:
    """Without a commitment nobody knows who is on the way."""
    world = one_hospital(battery().advance(RequestState.EN_ROUTE, NOW))
    assert build_case(world, DAY, NOW).visits == ()
    promise = Promise(at(23, 8, 30), at(23, 9))
    case = build_case(world, DAY, NOW, commitments={"r-1-v1": Commitment(promise)})
    assert the_visit(case).promise == promise


def test_after_three_days_a_device_is_lent_once() -> None:
    """Reported on Friday at 08:00 the loaner is owed by Monday 08:00; one that was lent is not."""
    old = replace(battery(Severity.MINOR), reported_at=at(20, 8))
    visits = build_case(one_hospital(old), DAY, NOW).visits
    assert [(one.id, one.kind) for one in visits] == [
        ("r-1-v1", VisitKind.CORRECTIVE),
        ("r-1-loaner", VisitKind.DELIVERY),
    ]
    assert dict(visits[1].parts) == {"P-LOAN": 1}
    lent = replace(old, loaner_at=at(22, 12))
    assert len(build_case(one_hospital(lent), DAY, NOW).visits) == 1
    young = replace(old, reported_at=at(21, 0, 1))
    assert len(build_case(one_hospital(young), DAY, NOW).visits) == 1


def test_a_device_is_lent_also_where_none_is_named() -> None:
    """Without a loan device of its type, or without a machine at all, the title says what lacks."""
    old = replace(battery(Severity.MINOR), reported_at=at(20, 8))
    world = one_hospital(old)
    nothing_named = tuple(replace(kind, loaner_part=None) for kind in world.equipment_types)
    no_machine = one_hospital(replace(old, equipment=None, fault=None))
    for one in (replace(world, equipment_types=nothing_named), no_machine):
        (loan,) = (v for v in build_case(one, DAY, NOW).visits if v.id == "r-1-loaner")
        assert loan.parts == {}
        assert "to be decided" in loan.title


def maintained(day: date) -> CompanyWorld:
    """The hospital whose UPS was maintained last on a day."""
    piece = Equipment("eq-1", "s-1", "ups", Grade.KEY, date(2024, 1, 1), day)
    return one_hospital(equipment=(piece,))


def test_a_due_round_is_a_low_visit_with_its_tolerance() -> None:
    """Done on 25 August, due on 25 November: from the 18th to the end of 2 December."""
    visit = the_visit(build_case(maintained(date(2026, 8, 25)), DAY, NOW))
    assert visit.id == "maintenance-eq-1-after-20260825"
    assert visit.priority is Priority.LOW
    assert visit.due is not None
    assert visit.due.earliest == at(18, 0)
    assert visit.due.ideal == at(25, 12)
    assert visit.due.latest == datetime(2026, 12, 2, 23, 59, 59, tzinfo=SHANGHAI)


def test_an_overdue_round_moves_up_and_stays_plannable() -> None:
    """Last day 15 November: normal priority, and possible until the end of the window."""
    visit = the_visit(build_case(maintained(date(2026, 8, 8)), DAY, NOW))
    assert visit.priority is Priority.NORMAL
    assert visit.due is not None
    assert visit.due.latest == DAY.end


def test_a_round_whose_last_day_is_a_sunday_may_be_done_on_monday() -> None:
    """Planned on Saturday until Monday: nobody lets an engineer in before Monday."""
    window = TimeWindow(at(21, 0), at(24, 0))
    world = maintained(date(2026, 8, 15))
    visit = the_visit(build_case(world, window, at(21, 8)))
    assert visit.due is not None
    assert visit.due.latest == window.end
    assert visit.priority is Priority.LOW


def test_a_round_that_is_not_due_yet_is_left_for_later() -> None:
    """Earliest day 25 November; on Monday there is nothing to plan."""
    assert build_case(maintained(date(2026, 9, 1)), DAY, NOW).visits == ()


def test_only_shifts_that_matter_and_places_that_are_used_are_in_the_case() -> None:
    """Tuesday's shift is not planned on Monday, and at 17:00 Monday's is over."""
    case = build_case(one_hospital(battery()), DAY, NOW)
    assert [shift.id for _, shift in case.shifts()] == ["e-1-mon"]
    assert [place.id for place in case.locations] == ["l-depot", "l-home", "l-1"]
    late = build_case(one_hospital(), DAY, at(23, 17))
    assert list(late.shifts()) == []
    assert [place.id for place in late.locations] == ["l-depot"]


def test_a_world_that_names_unknown_things_is_refused() -> None:
    """A request at a site that does not exist."""
    with pytest.raises(InputError, match="s-9"):
        one_hospital(replace(battery(), site="s-9"))
