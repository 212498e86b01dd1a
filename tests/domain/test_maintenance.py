"""Due rounds: pace, tolerance, anchor, stable names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.equipment import Equipment, Grade
from dispatch.domain.maintenance import (
    MaintenancePolicy,
    RoundKind,
    due_rounds,
    new_rounds,
    next_round,
    rounds_to_notify,
)
from dispatch.errors import InputError

TODAY = date(2026, 11, 23)


def ups(**changes: object) -> Equipment:
    """Key equipment, installed in 2024 and last maintained on 31 August 2026."""
    piece = Equipment("eq-1", "s-1", "ups", Grade.KEY, date(2024, 5, 6), date(2026, 8, 31))
    return replace(piece, **changes)  # type: ignore[arg-type]


def test_key_equipment_is_due_a_quarter_after_the_last_completion() -> None:
    """31 August plus three calendar months is 30 November, a week either way."""
    found = next_round(ups())
    assert (found.due, found.earliest, found.latest) == (
        date(2026, 11, 30),
        date(2026, 11, 23),
        date(2026, 12, 7),
    )
    assert found.notify_on == date(2026, 10, 31)


def test_general_equipment_is_due_after_half_a_year() -> None:
    """31 August plus six months is 28 February, two weeks either way."""
    found = next_round(ups(grade=Grade.GENERAL))
    assert found.due == date(2027, 2, 28)
    assert found.latest - found.due == timedelta(days=14)


def test_a_pace_of_its_own_overrides_the_grade() -> None:
    """Every month: 30 September, with the id of the same open round."""
    assert next_round(ups(months_between=1)).due == date(2026, 9, 30)
    assert next_round(ups(months_between=1)).id == next_round(ups()).id


def test_the_first_round_counts_from_the_installation() -> None:
    """Never maintained: three months after 6 May 2024."""
    assert next_round(ups(last_maintenance=None)).due == date(2024, 8, 6)


def test_a_round_done_late_moves_the_next_and_does_not_drift_from_the_plan() -> None:
    """Done on 5 December instead of 30 November, so the next is due on 5 March."""
    assert next_round(ups(last_maintenance=date(2026, 12, 5))).due == date(2027, 3, 5)


def test_a_round_is_listed_from_its_earliest_day_on() -> None:
    """The horizon that ends on 22 November is a day too short."""
    assert due_rounds([ups()], TODAY, date(2026, 11, 22)) == ()
    assert [one.due for one in due_rounds([ups()], TODAY, TODAY)] == [date(2026, 11, 30)]


def test_overdue_equipment_stays_plannable() -> None:
    """On the last day it is not overdue; the day after, today has become the last day."""
    found = next_round(ups())
    assert not found.is_overdue(found.latest)
    later = found.latest + timedelta(days=1)
    assert found.is_overdue(later)
    assert found.latest_on(found.latest) == found.latest
    assert found.latest_on(later) == later
    assert due_rounds([ups()], date(2027, 6, 1), date(2027, 6, 1)) == (found,)


def test_generating_twice_adds_nothing() -> None:
    """The second list has the same ids, also on another day and in another order."""
    fleet = [ups(), ups(id="eq-2", site="s-2", warranty_end=date(2027, 1, 15))]
    first = due_rounds(fleet, TODAY, TODAY + timedelta(days=30))
    second = due_rounds(fleet[::-1], TODAY + timedelta(days=1), TODAY + timedelta(days=30))
    assert len(first) >= 3
    assert new_rounds(second, (one.id for one in first)) == ()
    assert new_rounds(first, ()) == first


def test_customers_are_told_thirty_days_before_and_once() -> None:
    """On 31 October, not on the 30th, and not again."""
    found = (next_round(ups()),)
    assert rounds_to_notify(found, date(2026, 10, 30)) == ()
    assert rounds_to_notify(found, date(2026, 10, 31)) == found
    assert rounds_to_notify(found, date(2026, 11, 1), [found[0].id]) == ()


def test_a_site_in_warranty_is_surveyed_once_a_month() -> None:
    """Two pieces of one site, both in warranty: one survey for November and one for December."""
    pieces = [
        ups(id=name, installed=date(2026, 5, 31), warranty_end=date(2027, 5, 30))
        for name in ("eq-1", "eq-2")
    ]
    found = due_rounds(pieces, TODAY, date(2026, 12, 31))
    surveys = [one for one in found if one.kind is RoundKind.SURVEY]
    assert [(one.id, one.due) for one in surveys] == [
        ("survey-s-1-202611", date(2026, 11, 30)),
        ("survey-s-1-202612", date(2026, 12, 31)),
    ]


def test_the_hand_over_is_a_month_before_the_warranty_ends() -> None:
    """Warranty until 31 December: hand-over on 30 November, a week either way."""
    piece = ups(warranty_end=date(2026, 12, 31))
    found = due_rounds([piece], TODAY, TODAY)
    hand_over = [one for one in found if one.kind is RoundKind.HAND_OVER]
    assert [one.due for one in hand_over] == [date(2026, 11, 30)]
    over = due_rounds([piece], date(2026, 12, 8), date(2026, 12, 8))
    assert RoundKind.HAND_OVER not in {one.kind for one in over}


def test_no_survey_after_the_warranty() -> None:
    """Warranty ended on 1 November: nothing but maintenance is due."""
    found = due_rounds([ups(warranty_end=date(2026, 11, 1))], TODAY, date(2027, 3, 1))
    assert {one.kind for one in found} == {RoundKind.MAINTENANCE}


def test_equipment_is_not_maintained_before_it_is_installed() -> None:
    """Dates in the wrong order are refused."""
    with pytest.raises(InputError, match="last_maintenance"):
        ups(last_maintenance=date(2024, 5, 5))
    with pytest.raises(InputError, match="warranty_end"):
        ups(warranty_end=date(2024, 5, 5))
    with pytest.raises(InputError, match="at least 1"):
        ups(months_between=0)


def test_tolerances_are_data() -> None:
    """A company that allows three days gets three days."""
    strict = MaintenancePolicy(key_tolerance=timedelta(days=3))
    assert next_round(ups(), strict).earliest == date(2026, 11, 27)


@given(
    st.dates(date(2020, 1, 1), date(2026, 11, 1)),
    st.integers(1, 24),
    st.integers(0, 400),
)
def test_ids_do_not_depend_on_the_day_of_asking(installed: date, months: int, days: int) -> None:
    """Whatever is due on two days has one id, and all ids of one day differ."""
    piece = ups(
        installed=installed,
        last_maintenance=None,
        months_between=months,
        warranty_end=installed + timedelta(days=730),
    )
    until = TODAY + timedelta(days=days)
    today = due_rounds([piece], TODAY, until)
    tomorrow = due_rounds([piece], TODAY + timedelta(days=1), until)
    ids = [one.id for one in today]
    assert len(set(ids)) == len(ids)
    assert {one.id for one in tomorrow} <= set(ids)
