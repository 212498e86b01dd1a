"""Constructors of the case refuse what could never be planned, with name and value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch.domain import (
    After,
    Break,
    Case,
    Depot,
    DueWindow,
    Engineer,
    GivenMatrix,
    Inbound,
    Location,
    Pin,
    Promise,
    Shift,
    Skill,
    SlaTerms,
    Tariff,
    TimeWindow,
    TravelSettings,
    TravelSourceName,
    Visit,
    Weights,
)
from dispatch.errors import InputError

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHIFT = Shift("s1", EIGHT, NINE, "home")


@pytest.mark.parametrize(
    ("make", "pointer"),
    [
        (lambda: Location("", 1.0, 1.0), "/id"),
        (lambda: Location("a", 1.0), "/lat"),
        (lambda: Location("a", float("nan"), 1.0), "/lat"),
        (lambda: Location("a", 1.0, 180.1), "/lon"),
        (lambda: TimeWindow(NINE, EIGHT), "/end"),
        (lambda: TimeWindow(EIGHT.replace(tzinfo=None), NINE), "/start"),
        (lambda: TimeWindow(EIGHT, NINE.replace(microsecond=1)), "/end"),
        (lambda: Skill("ups", 0), "/level"),
        (lambda: Tariff(per_km=-1), "/per_km"),
        (lambda: Depot("d", "a", {"P": -1}), "/stock/P"),
        (lambda: Inbound("P", 0, EIGHT), "/quantity"),
        (lambda: Break(NINE, EIGHT, HOUR), "/latest"),
        (lambda: Shift("s", NINE, EIGHT, "a"), "/end"),
        (lambda: Shift("s", EIGHT, NINE, "a", overtime_end=EIGHT), "/overtime_end"),
        (lambda: Engineer("e", duration_factor={"ups": 0.0}), "/duration_factor/ups"),
        (lambda: Engineer("e", shifts=(SHIFT, SHIFT)), "/shifts"),
        (lambda: SlaTerms(EIGHT, breach_fee=-1), "/breach_fee"),
        (lambda: DueWindow(NINE, None, EIGHT), "/latest"),
        (lambda: Promise(NINE, EIGHT), "/end"),
        (lambda: Pin("s", -1), "/position"),
        (lambda: After("v", HOUR, timedelta(0)), "/max_delay"),
        (lambda: Visit("v", "a", -HOUR), "/duration"),
        (lambda: Visit("v", "a", HOUR, crew_size=0), "/crew_size"),
        (lambda: Visit("v", "a", HOUR, after=(After("v"),)), "/after"),
        (lambda: Weights(preference=-1), "/preference"),
        (lambda: TravelSettings(speed_kmh=0.0), "/speed_kmh"),
        (lambda: TravelSettings(speed_by_hour={24: 30.0}), "/speed_by_hour"),
        (lambda: TravelSettings(TravelSourceName.MATRIX), "/matrix"),
        (lambda: GivenMatrix(("a",), np.zeros((2, 2), int), np.zeros((1, 1), int)), "/duration_s"),
        (lambda: Case(TimeWindow(EIGHT, EIGHT)), "/planning_window"),
        (
            lambda: Case(
                TimeWindow(EIGHT, NINE),
                engineers=(Engineer("a", shifts=(SHIFT,)), Engineer("b", shifts=(SHIFT,))),
            ),
            "/shifts",
        ),
    ],
)
def test_impossible_object_is_never_made(make: Callable[[], object], pointer: str) -> None:
    """Whoever builds a case in code is held to the same rules as a file."""
    with pytest.raises(InputError) as caught:
        make()
    assert [issue.pointer for issue in caught.value.issues] == [pointer]


def test_both_ends_belong_to_a_window() -> None:
    """The boundary is in, a second beyond is out."""
    window = TimeWindow(EIGHT, NINE)
    assert EIGHT in window
    assert NINE in window
    assert NINE + timedelta(seconds=1) not in window
    assert EIGHT - timedelta(seconds=1) not in window
    assert not window.overlaps(TimeWindow(NINE, NINE + HOUR))
    assert window.overlaps(TimeWindow(NINE - timedelta(seconds=1), NINE + HOUR))


def test_promise_is_kept_up_to_its_last_second() -> None:
    """Both ends of a promise are included too."""
    promise = Promise(EIGHT, NINE)
    assert promise.kept_by(NINE)
    assert not promise.kept_by(NINE + timedelta(seconds=1))


def test_shift_ends_where_it_started_and_at_its_end_unless_told() -> None:
    """`end_location` = start; without overtime_end, end is the limit."""
    assert SHIFT.end_location == "home"
    assert SHIFT.limit == NINE
    assert Shift("s", EIGHT, NINE, "a", overtime_end=NINE + HOUR).limit == NINE + HOUR


def test_part_that_will_be_delivered_is_ever_there() -> None:
    """A depot with nothing on the shelf may still be the right one tomorrow."""
    depot = Depot("d", "a", {}, inbound=(Inbound("P", 1, NINE),))
    assert depot.stock_of("P") == 0
    assert depot.ever_has("P")
    assert not depot.ever_has("Q")
