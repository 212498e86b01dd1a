"""A levelled half-year in the database: read, checked, kept, and planned by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dispatch.errors import NotFound
from dispatch.operations.half_year import (
    HalfYearOrder,
    in_force,
    keep,
    level_apart,
    read_half_year,
)
from dispatch.operations.half_year_days import calendar_days
from dispatch.operations.rounds import due_list
from dispatch.store import Database, UnitOfWork
from tests.operations.small_company import found_company


@pytest.fixture
def company(database: Database) -> Database:
    """The small company."""
    database.write(lambda work: found_company(work, 0))
    return database


def test_a_calendar_is_made_checked_and_kept(company: Database) -> None:
    """One piece has maintenance: it gets a day in its tolerance, which days are planned by."""
    with pytest.raises(NotFound):
        company.read(in_force)
    order = HalfYearOrder(weeks=26, time_limit_s=2.0)
    half = company.read(lambda work: read_half_year(work, order))
    assert half.start.weekday() == 0
    made = level_apart(half, order)
    company.write(lambda work: keep(work, made))
    row = company.read(in_force)
    assert row.calendar["figures"]["out_of_tolerance"] == 0
    assert {way["name"] for way in row.calendar["ways"]} == {"levelled", "due_date", "overdue"}
    days = company.read(calendar_days)
    assert days == {one.id: one.day for one in made.calendar.rounds}
    assert all(isinstance(day, date) for day in days.values())
    first = made.calendar.rounds[0]
    assert first.day >= half.today
    assert first.day - half.start < timedelta(weeks=26)


def test_customers_are_told_ahead_of_the_day_in_the_calendar(company: Database) -> None:
    """Thirty days before the planned day, not before the due day, once a calendar is kept."""
    order = HalfYearOrder(weeks=26, time_limit_s=2.0)
    made = level_apart(company.read(lambda work: read_half_year(work, order)), order)
    first = made.calendar.rounds[0]
    document = made.document()
    pulled = first.due - timedelta(days=5)
    document["rounds"][0]["day"] = pulled.isoformat()

    def keep_pulled(work: UnitOfWork) -> None:
        row = keep(work, made)
        row.calendar = document

    until = first.due + timedelta(days=1)
    before = {one.id: one for one in company.read(lambda work: due_list(work, until)).due}
    company.write(keep_pulled)
    after = {one.id: one for one in company.read(lambda work: due_list(work, until)).due}
    assert before[first.id].notify_on == first.due - timedelta(days=30)
    assert after[first.id].notify_on == pulled - timedelta(days=30)
    assert after[first.id].due == first.due
