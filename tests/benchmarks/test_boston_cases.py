"""Days of Boston tickets: which are chosen, what is assumed, what happens on odd requests."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import InstanceError, boston_case
from benchmarks.cases.__main__ import main
from benchmarks.cases.boston_crews import make_crews
from benchmarks.cases.boston_tickets import district_yards, read_tickets
from dispatch.formats import parse_case

HEADER = (
    "CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,TYPE,pwd_district,neighborhood,LATITUDE,LONGITUDE"
)
TICKETS = f"""{HEADER}
1,03/06/2015 09:00:00 AM,03/08/2015 05:00:00 PM,03/09/2015 10:00:00 AM,Tree Emergencies,02,Roxbury,42.31,-71.09
2,03/07/2015 09:00:00 AM,03/11/2015 11:59:59 PM,,Electrical,02,Roxbury,42.32,-71.10
3,03/07/2015 09:00:00 AM,03/12/2015 12:00:00 AM,,Electrical,02,Roxbury,42.32,-71.10
4,03/07/2015 09:00:00 AM,03/08/2015 09:00:00 AM,03/08/2015 07:00:00 AM,Plumbing,02,Roxbury,42.32,-71.10
5,03/08/2015 07:30:00 AM,03/08/2015 09:00:00 AM,,Plumbing,02,Roxbury,42.32,-71.10
6,02/22/2015 07:00:00 AM,03/08/2015 09:00:00 AM,,Plumbing,02,Roxbury,42.32,-71.10
7,03/07/2015 09:00:00 AM,,,Pothole Repair (Internal),02,Roxbury,42.32,-71.10
8,03/07/2015 09:00:00 AM,03/08/2015 09:00:00 AM,,Sign Repair,02,,42.3594,-71.0587
9,01/02/2015 09:00:00 AM,06/08/2015 09:00:00 AM,,Graffiti Removal,09,,42.37,-71.03
10,06/01/2015 09:00:00 AM,09/08/2015 09:00:00 AM,,Graffiti Removal,09,,42.37,-71.03
"""
SUNDAY_OF_THE_CLOCK_CHANGE = date(2015, 3, 8)


@pytest.fixture
def tickets_file(tmp_path: Path) -> Path:
    """Ten tickets around the night in which clocks went forward."""
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS)
    return path


def planned(path: Path, day: date, crews: int, seed: int = 1) -> dict[str, Any]:
    """Convert, accept by the product, and read back as plain JSON."""
    text = json.dumps(boston_case(read_tickets(path), day, crews, seed)[0])
    parse_case(text)
    case: dict[str, Any] = json.loads(text)
    return case


def test_only_work_known_at_half_past_seven_and_due_soon(tickets_file: Path) -> None:
    """Of ten tickets two are a day's work.

    Left out: due too late (3), closed (4), opened at 07:30 (5), fifteen days old (6), no target
    (7), no address (8), not due for months (9, 10).
    """
    case = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 3)
    assert [visit["id"] for visit in case["visits"]] == ["b1", "b2"]


def test_the_target_is_the_latest_arrival_in_local_time(tickets_file: Path) -> None:
    """Ticket 1 has 55 hours (an hour lost that night): severity major, due today."""
    visit = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 3)["visits"][0]
    assert visit["sla"] == {
        "severity": "major",
        "arrive_by": "2015-03-08T17:00:00-04:00",
        "breach_fee": 10_000,
        "lateness_per_hour": 500,
    }
    assert visit["priority"] == "high"
    assert visit["time_windows"] == []


def test_indoor_work_waits_for_the_occupant(tickets_file: Path) -> None:
    """An inspection has an access window; the day's offset is that of summer time."""
    case = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 3)
    assert case["visits"][1]["time_windows"] == [
        {"start": "2015-03-08T08:30:00-04:00", "end": "2015-03-08T15:30:00-04:00"}
    ]
    assert case["visits"][1]["priority"] == "normal"
    assert case["planning_window"] == {
        "start": "2015-03-08T00:00:00-05:00",
        "end": "2015-03-09T00:00:00-04:00",
    }
    assert case["engineers"][0]["shifts"][0]["start"] == "2015-03-08T07:30:00-04:00"


def test_a_single_crew_has_every_trade(tickets_file: Path) -> None:
    """Nobody is left without a crew because there are fewer crews than trades."""
    case = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 1)
    (crew,) = case["engineers"]
    assert {skill["name"] for skill in crew["skills"]} == {"parks", "building"}


def test_further_crews_join_the_trade_with_most_work(tickets_file: Path) -> None:
    """Parks weighs 90 + 12, building 45 + 12: the third crew is a parks crew with a second trade."""
    case = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 3)
    held = [[skill["name"] for skill in crew["skills"]] for crew in case["engineers"]]
    assert held == [["parks"], ["parks", "cleaning"], ["building"]]


def test_the_same_seed_draws_the_same_yards(tickets_file: Path) -> None:
    """A case is a function of date, crews and seed."""
    once = planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 7, seed=5)
    assert once == planned(tickets_file, SUNDAY_OF_THE_CLOCK_CHANGE, 7, seed=5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--date", "2015-05-05", "--crews", "3"], "date 2015-05-05: no ticket is open at 07:30"),
        (["--date", "2016-05-05", "--crews", "3"], "run from 2015-01-02 to 2015-06-01"),
        (["--date", "2015-03-08", "--crews", "0"], "crews: 0, expected at least 1"),
    ],
)
def test_odd_requests_get_a_sentence(
    tickets_file: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2 and what was wrong, never a trace or an empty case."""
    assert main(["boston", str(tickets_file), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_assumptions_are_written_beside_the_case(tickets_file: Path, tmp_path: Path) -> None:
    """CASE.assumptions.md says what is real and what is not."""
    output = tmp_path / "day.json"
    arguments = ["--date", "2015-03-08", "--crews", "3", "-o", str(output)]
    assert main(["boston", str(tickets_file), *arguments]) == 0
    notes = (tmp_path / "day.assumptions.md").read_text()
    assert "Real: 2 tickets" in notes
    assert "| Tree Emergencies | 1 | parks | 90 | no |" in notes


def test_a_ticket_without_a_district_still_gets_a_crew(tickets_file: Path) -> None:
    """With no district to weigh, any yard will do."""
    tickets = read_tickets(tickets_file)
    yards = district_yards(tickets)
    nowhere = [ticket for ticket in tickets if ticket.type == "Electrical"]
    crews = make_crews(nowhere, {"09": yards["09"]}, 2, seed=1)
    assert [crew.district for crew in crews] == ["09", "09"]


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    """The columns that are needed are named."""
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InstanceError, match="expected columns CASE_ENQUIRY_ID"):
        read_tickets(path)


@pytest.mark.data
@pytest.mark.parametrize("crews", [1, 13, 60])
def test_a_real_day_in_april(reference_data: Path, crews: int) -> None:
    """294 tickets fit the rule on 15 April 2015, however many crews are assumed."""
    path = reference_data / "boston311/boston311_2015_H1_fieldwork.csv.gz"
    case = planned(path, date(2015, 4, 15), crews)
    assert (len(case["visits"]), len(case["engineers"])) == (294, crews)
