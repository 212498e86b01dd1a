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
from dispatch.store import Database
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
