"""The half-year of a company with three machines, laid out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from dispatch.domain.local_time import add_months, zone_named
from dispatch.errors import InputError
from dispatch.operations.maintenance_calendar import Calendar, maintenance_calendar
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    ShiftRow,
    SiteRow,
)

TODAY = datetime.now(UTC).astimezone(zone_named("Asia/Shanghai")).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
PLACE = {"lat": 21.27, "lon": 110.36}
HOUR = 3600


def found(work: UnitOfWork) -> None:
    """A key machine done today, a general one due in 30 days, an old one that is long overdue."""
    skills = [{"name": "ups", "min_level": 1}, {"name": "hv", "min_level": 1}]
    work.catalogue.plant(
        [
            ContractRow(id="c1", customer="海湾医院", policy="platinum", starts=date(2025, 1, 1)),
            EquipmentTypeRow(
                id="ups",
                name="UPS",
                maintenance={"duration_s": 2 * HOUR, "skills": skills, "tools": [], "parts": {}},
            ),
            EngineerRow(
                id="e1", name="陈伟", territory="N", skills=[{"name": "ups", "level": 2}], **PLACE
            ),
        ]
    )
    work.catalogue.plant(
        [
            SiteRow(id="north", contract_id="c1", name="一号楼", territory="N", **PLACE),
            SiteRow(id="south", contract_id="c1", name="二号楼", **PLACE),
        ]
    )
    half_year_ago = add_months(TODAY + timedelta(days=30), -6)
    start = datetime.combine(TODAY, time(9), zone_named("Asia/Shanghai")).astimezone(UTC)
    work.catalogue.plant(
        [
            piece("key", "north", "key", TODAY),
            piece("general", "south", "general", half_year_ago),
            piece("old", "north", "general", date(2020, 1, 1)),
            ShiftRow(id="s1", engineer_id="e1", start=start, end=start + timedelta(hours=8)),
        ]
    )


def piece(id: str, site: str, grade: str, done: date) -> EquipmentRow:
    """A machine with its last maintenance."""
    return EquipmentRow(
        id=id,
        site_id=site,
        type="ups",
        grade=grade,
        installed=date(2019, 1, 1),
        last_maintenance=done,
    )


@pytest.fixture
def company(database: Database) -> Database:
    """The company on SQLite and PostgreSQL."""
    database.write(found)
    return database


def calendar(company: Database, **asked: object) -> Calendar:
    """The calendar."""
    return company.read(lambda work: maintenance_calendar(work, **asked))  # type: ignore[arg-type]


def test_every_round_of_the_half_year_has_its_week(company: Database) -> None:
    """The key machine comes twice, the second time as far as the first is done in time."""
    shown = calendar(company)
    assert (shown.first, len(shown.weeks)) == (MONDAY, 26)
    key = [one for one in shown.rounds if one.round.equipment == "key"]
    assert [(one.round.due, one.projected) for one in key] == [
        (add_months(TODAY, 3), False),
        *([(add_months(TODAY, 6), True)] if add_months(TODAY, 6) <= shown.last else []),
    ]
    assert key[0].round.earliest == add_months(TODAY, 3) - timedelta(days=7)
    loads = {week.start: week.loads["due"] for week in shown.weeks}
    due = TODAY + timedelta(days=30)
    general = loads[due - timedelta(days=due.weekday())]
    assert (general.rounds, general.work_s, dict(general.by_territory)) == (1, 7200, {"": 7200})
    assert general.by_skill == {"ups": 7200, "hv": 7200}
    assert sum(load.rounds for load in loads.values()) == len(shown.rounds)


def test_what_is_overdue_weighs_on_this_week(company: Database) -> None:
    """The old machine stands in the first week; the next round is half a year after today."""
    shown = calendar(company)
    assert shown.weeks[0].loads["due"].by_territory == {"N": 7200}
    assert shown.weeks[0].shift_s == 8 * HOUR
    assert shown.rounds[0].round.equipment == "old"
    assert shown.rounds[0].round.is_overdue(TODAY)


def test_a_territory_and_a_skill_alone(company: Database) -> None:
    """Load and shifts are those of the part that was asked for."""
    assert calendar(company).territories == ("", "N")
    assert calendar(company).skills == ("hv", "ups")
    nowhere = calendar(company, territory="")
    assert {one.round.equipment for one in nowhere.rounds} == {"general"}
    assert sum(week.shift_s for week in nowhere.weeks) == 0
    assert calendar(company, skill="hv").weeks[0].shift_s == 0
    assert calendar(company, skill="ups").weeks[0].shift_s == 8 * HOUR
    assert calendar(company, skill="laser").rounds == ()


def test_one_later_week(company: Database) -> None:
    """A week of its own shows what falls due in it and nothing else; the past is refused."""
    due = TODAY + timedelta(days=30)
    week = calendar(company, start=due, weeks=1)
    assert [one.round.equipment for one in week.rounds] == ["general"]
    with pytest.raises(InputError):
        calendar(company, start=MONDAY - timedelta(days=1))
