"""Hypothesis strategies for whole cases and plans, every field in use."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
from hypothesis import strategies as st

from dispatch.domain import (
    After,
    Break,
    Case,
    ChurnWeights,
    CostBreakdown,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Depot,
    DueWindow,
    Engineer,
    EngineerRules,
    GivenMatrix,
    Inbound,
    Kpis,
    LoadSpread,
    Location,
    Objective,
    Pin,
    Plan,
    PlanRoute,
    PlanStatus,
    PlanStop,
    Priority,
    Promise,
    PromiseStage,
    Reason,
    Remedy,
    RequiredSkill,
    RunBound,
    RunInfo,
    Severity,
    Shift,
    Skill,
    SlaTerms,
    StopKind,
    Tariff,
    TimeWindow,
    TravelSettings,
    TravelSourceName,
    Unassigned,
    Verdict,
    Visit,
    VisitKind,
    Weights,
)

ZONE = timezone(timedelta(hours=8))
DAY = datetime(2026, 11, 23, tzinfo=ZONE)
PLACES = ("l1", "l2", "地点")
DEPOTS = ("d1", "d2")
ENGINEERS = ("e1", "e2", "e3")
SHIFTS = ("e1-mon", "e2-mon", "e3-mon")
VISITS = ("v1", "v2", "v3", "v4")

names = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8
).filter(lambda text: text.strip() != "")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
money = st.integers(0, 10**9)
instants = st.integers(0, 86_400).map(lambda s: DAY + timedelta(seconds=s)) | st.builds(
    lambda s, h: (DAY + timedelta(seconds=s)).astimezone(timezone(timedelta(hours=h))),
    st.integers(0, 86_400),
    st.integers(-12, 14),
)
delays = st.integers(0, 200_000).map(lambda s: timedelta(seconds=s))
work = st.integers(1, 200_000).map(lambda s: timedelta(seconds=s))
quantities = st.dictionaries(names, st.integers(0, 99), max_size=3)
name_lists = st.lists(names, unique=True, max_size=3).map(tuple)


def ordered(count: int) -> st.SearchStrategy[list[datetime]]:
    """Draw instants in ascending order."""
    return st.lists(instants, min_size=count, max_size=count).map(sorted)


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw some of a tuple, each once."""
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


windows = ordered(2).map(lambda two: TimeWindow(*two))
places = st.sampled_from(PLACES)


@st.composite
def depots(draw: st.DrawFn, id: str) -> Depot:
    """Draw a depot."""
    inbound = st.builds(Inbound, names, st.integers(1, 9), instants)
    return Depot(
        id,
        draw(places),
        draw(st.none() | st.dictionaries(names, st.none() | st.integers(0, 9), max_size=3)),
        draw(name_lists),
        draw(delays.filter(lambda length: length <= timedelta(days=1))),
        tuple(draw(st.lists(windows, max_size=2))),
        tuple(draw(st.lists(inbound, max_size=2))),
    )


@st.composite
def shifts(draw: st.DrawFn, id: str) -> Shift:
    """Draw a shift of at least a second."""
    start, end, overtime_end = draw(ordered(3).filter(lambda three: three[0] < three[1]))
    rests = []
    for _ in range(draw(st.integers(0, 2))):
        moments = sorted(
            draw(
                st.lists(
                    st.datetimes(start.replace(tzinfo=None), end.replace(tzinfo=None)).map(
                        lambda at: at.replace(microsecond=0, tzinfo=start.tzinfo)
                    ),
                    min_size=2,
                    max_size=2,
                )
            )
            if start.tzinfo == end.tzinfo and start.replace(tzinfo=None) <= end.replace(tzinfo=None)
            else [start, end]
        )
        if moments[1] >= start:
            rests.append(Break(moments[0], moments[1], timedelta(minutes=draw(st.integers(1, 60)))))
    return Shift(
        id=id,
        start=start,
        end=end,
        start_location=draw(places),
        end_location=draw(places),
        overtime_end=draw(st.none() | st.just(overtime_end)),
        max_travel=draw(st.none() | delays),
        fixed_start=draw(st.booleans()),
        breaks=tuple(rests),
    )


@st.composite
def engineers(draw: st.DrawFn, id: str, shift: str) -> Engineer:
    """Draw an engineer with one shift."""
    skills = [Skill(name, draw(st.integers(1, 5))) for name in draw(name_lists)]
    factors = st.dictionaries(names, st.floats(0.01, 10), max_size=2)
    return Engineer(
        id=id,
        name=draw(texts),
        skills=tuple(skills),
        tools=draw(name_lists),
        van_stock=draw(quantities),
        territory=draw(st.none() | texts),
        duration_factor=draw(factors),
        shifts=(draw(shifts(shift)),),
        tariff=draw(st.builds(Tariff, money, money, money, money)),
        workload_history=draw(delays),
    )


@st.composite
def visits(draw: st.DrawFn, number: int) -> Visit:
    """Draw a visit that comes after none but earlier ones."""
    earlier = draw(some(VISITS[:number])) if number else ()
    after = []
    for visit in earlier:
        low, high = sorted([draw(delays), draw(delays)])
        after.append(After(visit, low, draw(st.none() | st.just(high))))
    promise = ordered(2).flatmap(
        lambda two: st.builds(
            Promise, st.just(two[0]), st.just(two[1]), st.sampled_from(PromiseStage)
        )
    )
    due = ordered(3).flatmap(
        lambda three: st.builds(
            DueWindow, *[st.none() | st.just(one) for one in three], money, money
        )
    )
    pin = st.builds(
        Pin, st.sampled_from(SHIFTS), st.none() | st.integers(0, 9), st.none() | instants
    )
    return Visit(
        id=VISITS[number],
        location=draw(places),
        duration=draw(work),
        kind=draw(st.sampled_from(VisitKind)),
        title=draw(texts),
        time_windows=tuple(draw(st.lists(windows, max_size=3))),
        sla=draw(
            st.none() | st.builds(SlaTerms, instants, st.sampled_from(Severity), money, money)
        ),
        due=draw(st.none() | due),
        required_skills=tuple(
            RequiredSkill(name, draw(st.integers(1, 5))) for name in draw(name_lists)
        ),
        required_tools=draw(name_lists),
        parts=draw(quantities),
        engineers=EngineerRules(*[draw(some(ENGINEERS)) for _ in range(3)]),
        priority=draw(st.sampled_from(Priority)),
        pinned=draw(st.none() | pin),
        promise=draw(st.none() | promise),
        crew_size=draw(st.integers(1, 3)),
        after=tuple(after),
        unpopular=draw(delays),
    )


@st.composite
def travels(draw: st.DrawFn) -> TravelSettings:
    """Draw the straight line or a matrix with unreachable pairs."""
    speed, detour = draw(st.floats(1, 200)), draw(st.floats(1, 3))
    by_hour = draw(st.dictionaries(st.integers(0, 23), st.floats(1, 200), max_size=3))
    if draw(st.booleans()):
        return TravelSettings(speed_kmh=speed, detour_factor=detour, speed_by_hour=by_hour)
    size = len(PLACES)
    cells = st.lists(st.integers(-1, 9999), min_size=size * size, max_size=size * size)
    seconds = np.array(draw(cells)).reshape(size, size)
    np.fill_diagonal(seconds, 0)
    metres = np.where(seconds < 0, -1, seconds * draw(st.integers(0, 30)))
    matrix = GivenMatrix(PLACES, seconds, metres)
    return TravelSettings(TravelSourceName.MATRIX, speed, detour, by_hour, matrix)


@st.composite
def current_plans(draw: st.DrawFn, members: tuple[Visit, ...]) -> CurrentPlan:
    """Draw a plan in force in which each visit stands once."""
    routes = []
    left = list(members)
    for shift in draw(some(SHIFTS)):
        stops = [
            CurrentStop(
                start=draw(instants),
                visit=left.pop().id,
                location=draw(st.none() | places),
                arrive=draw(st.none() | instants),
                parts=draw(quantities),
            )
            for _ in range(draw(st.integers(0, len(left))))
        ]
        if draw(st.booleans()):
            pickup = CurrentStop(
                start=draw(instants),
                kind=StopKind.PICKUP,
                depot=draw(st.sampled_from(DEPOTS)),
                loaded=draw(quantities),
                tools_loaded=draw(name_lists),
                finish=draw(st.none() | instants),
            )
            stops += [pickup, CurrentStop(start=draw(instants), kind=StopKind.BREAK)]
        start = draw(st.none() | instants)
        routes.append(CurrentRoute(shift, tuple(stops), start, draw(st.none() | instants)))
    return CurrentPlan(tuple(routes))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case that any parser has to accept."""
    coordinates = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    members = tuple(draw(visits(i)) for i in range(draw(st.integers(0, len(VISITS)))))
    churn = st.builds(ChurnWeights, money, money, money, money, money)
    return Case(
        planning_window=TimeWindow(DAY, DAY + timedelta(days=1)),
        locations=tuple(Location(id, *draw(coordinates)) for id in PLACES),
        depots=tuple(draw(depots(id)) for id in DEPOTS),
        engineers=tuple(
            draw(engineers(id, shift)) for id, shift in zip(ENGINEERS, SHIFTS, strict=True)
        ),
        visits=members,
        now=draw(st.none() | instants),
        freeze_until=draw(st.none() | instants),
        travel=draw(travels()),
        current_plan=draw(st.none() | current_plans(members)),
        weights=draw(
            st.builds(Weights, st.sampled_from(Objective), money, churn, money, money, money)
        ),
    )


figures = st.integers(-(2**40), 2**40)
counts = st.integers(0, 2**40)
amounts = st.integers(0, 2**62)
shares = st.floats(0, 1)
free = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | shares | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def plan_stops(draw: st.DrawFn) -> PlanStop:
    """Draw a stop, right or not."""
    kind = draw(st.sampled_from(StopKind))
    return PlanStop(
        kind=kind,
        arrive=draw(instants),
        start=draw(instants),
        finish=draw(instants),
        location=draw(st.none() | names),
        visit=draw(names) if kind is StopKind.VISIT else None,
        depot=draw(names) if kind is StopKind.PICKUP else None,
        travel_s=draw(figures),
        travel_m=draw(figures),
        wait_s=draw(figures),
        late_s=draw(figures),
        sla_headroom_s=draw(st.none() | figures),
        parts=draw(quantities),
        loaded=draw(quantities),
        tools_loaded=draw(name_lists),
    )


stops = st.lists(plan_stops(), max_size=3).map(tuple)
routes = st.builds(
    PlanRoute, names, names, instants, instants, stops, figures, figures, figures, figures
)
reasons = st.builds(
    Reason, names, st.none() | names, st.none() | names, st.dictionaries(texts, free), texts
)
edits = st.lists(st.dictionaries(texts, free, max_size=3), max_size=2).map(tuple)
remedies = st.builds(Remedy, texts, texts, edits)
unassigned = st.builds(
    Unassigned,
    names,
    st.sampled_from(Verdict),
    st.lists(reasons, max_size=2).map(tuple),
    st.none() | remedies,
    name_lists,
    st.none() | amounts,
)
bounds = st.builds(
    RunBound, texts, amounts, amounts, shares, st.tuples(*[counts] * 4), texts, shares
)
runs = st.builds(
    RunInfo,
    figures,
    texts,
    st.none() | shares,
    shares,
    texts,
    texts,
    st.none() | counts,
    st.just(()),
    st.none() | bounds,
)
loads = st.builds(LoadSpread, counts, counts, counts)
plans = st.builds(
    Plan,
    st.sampled_from(PlanStatus),
    st.lists(routes, max_size=2).map(tuple),
    st.lists(unassigned, max_size=2).map(tuple),
    names,
    st.none() | st.builds(CostBreakdown, *[amounts] * 11),
    st.none() | st.builds(Kpis, *[counts] * 9, shares, st.none() | loads),
    st.none() | runs,
)
