"""TRSP and Praxedo texts become case files: ids that lead back, windows, rounding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.cases import InstanceError, praxedo_case, read_instance, trsp_case
from benchmarks.cases.__main__ import main
from dispatch.formats import parse_case

TWO_ENGINEERS = """TWO.3_2-2-1-1

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
2      2       1       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0     0     0      100    0      [] \t[] \t[]
1    0     0     0      100    0      [0] \t[] \t[1]
2    10    0     0      100    0      [0,1] \t[0] \t[0]
3    3     4     10     20     2      [0] \t[] \t[1]
4    6     8     0      30     1      [0] \t[] \t[1]
5    1     1     0      50     1.5    [1] \t[0] \t[0]
"""

ONE_APPOINTMENT = """ONE

INFO
CREW COUNT  SKILLS    TOOLS   SPARE PARTS
1        0        0             0

DEPOT TECHNICIANS AND REQUESTS
ID           X        Y     TWS     TWE    Serv     SKILLS   TOOLS    SPARE PARTS
0          0.0      0.0   420.0  1140.0     0.0 \t[] \t[] \t[]
1          0.0      0.0   420.0  1140.0     0.0 \t[] \t[] \t[]
2          0.0      0.0   465.0   480.0    45.0 \t[] \t[] \t[]
DISTANCES
0;0.0000;0.0000;7.4310;0.0000;0.0000
1;0.0000;0.0000;7.4310;0.0000;0.0000
2;7.5000;7.5000;0.0000;7.5000;7.5000
3;0.0000;0.0000;7.4310;0.0000;0.0000
4;0.0000;0.0000;7.4310;0.0000;0.0000
TRAVEL TIMES
0;0.0000;0.0000;10.0167;0.0000;0.0000
1;0.0000;0.0000;10.0167;0.0000;0.0000
2;11.0000;11.0000;0.0000;11.0000;11.0000
3;0.0000;0.0000;10.0167;0.0000;0.0000
4;0.0000;0.0000;10.0167;0.0000;0.0000
"""


@pytest.fixture
def two_engineers(tmp_path: Path) -> Path:
    """Two engineers, three requests, integer coordinates."""
    path = tmp_path / "two.txt"
    path.write_text(TWO_ENGINEERS)
    return path


@pytest.fixture
def one_appointment(tmp_path: Path) -> Path:
    """One engineer, one appointment of 45 minutes, ten minutes and a second away."""
    path = tmp_path / "one.txt"
    path.write_text(ONE_APPOINTMENT)
    return path


def test_ids_of_a_trsp_case_lead_back_to_node_ids(two_engineers: Path) -> None:
    """Engineers are t1 and t2, visits r3 to r5, places n0 to n5."""
    case = json.loads(json.dumps(trsp_case(read_instance(two_engineers))))
    assert [engineer["id"] for engineer in case["engineers"]] == ["t1", "t2"]
    assert [engineer["shifts"][0]["id"] for engineer in case["engineers"]] == ["t1-day", "t2-day"]
    assert [visit["id"] for visit in case["visits"]] == ["r3", "r4", "r5"]
    assert [place["id"] for place in case["locations"]] == ["n0", "n1", "n2", "n3", "n4", "n5"]


def test_a_unit_is_a_thousand_seconds(two_engineers: Path) -> None:
    """Window 10 to 20 starts 10,000 s after the start; 1.5 units of service are 1,500 s."""
    case = json.loads(json.dumps(trsp_case(read_instance(two_engineers))))
    assert case["visits"][0]["time_windows"] == [
        {"start": "2026-01-05T02:46:40+00:00", "end": "2026-01-05T05:33:20+00:00"}
    ]
    assert case["visits"][2]["duration"] == "PT1500S"
    assert case["planning_window"]["end"] == "2026-01-06T03:46:40+00:00"
    assert case["weights"] == {"objective": "working_time"}


def test_arcs_round_up_but_whole_ones_stay(two_engineers: Path) -> None:
    """Home 1 to request 3 is 5 exactly; to request 5 it is 1.41421..., so 1,415 s."""
    case = json.loads(json.dumps(trsp_case(read_instance(two_engineers))))
    seconds = case["travel"]["matrix"]["duration_s"]
    assert seconds[1][3] == 5000
    assert seconds[1][5] == 1415


def test_the_depot_has_every_tool_and_no_end_of_parts(two_engineers: Path) -> None:
    """Stock null, all tools of the instance, no time for a pickup."""
    case = json.loads(json.dumps(trsp_case(read_instance(two_engineers))))
    (depot,) = case["depots"]
    assert depot["stock"] is None
    assert depot["tools"] == ["tool0"]
    assert depot["pickup_duration"] == "PT0S"


def test_needs_and_stocks_are_carried_over(two_engineers: Path) -> None:
    """A part of quantity 0 is not written at all."""
    case = json.loads(json.dumps(trsp_case(read_instance(two_engineers))))
    assert [engineer["van_stock"] for engineer in case["engineers"]] == [{"part0": 1}, {}]
    assert case["engineers"][1]["skills"] == [{"name": "skill0"}, {"name": "skill1"}]
    assert case["visits"][2]["required_tools"] == ["tool0"]
    assert [visit["parts"] for visit in case["visits"]] == [{"part0": 1}, {"part0": 1}, {}]


def test_minutes_become_seconds_and_kilometres_metres(one_appointment: Path) -> None:
    """10.0167 minutes are 601 s there, 11 minutes 660 s back; 7.431 km are 7,431 m."""
    case = json.loads(json.dumps(praxedo_case(read_instance(one_appointment))))
    assert case["travel"]["matrix"] == {
        "locations": ["n0", "n1", "n2"],
        "duration_s": [[0, 0, 601], [0, 0, 601], [660, 660, 0]],
        "distance_m": [[0, 0, 7431], [0, 0, 7431], [7500, 7500, 0]],
    }
    assert case["visits"][0]["time_windows"] == [
        {"start": "2026-01-05T07:45:00+00:00", "end": "2026-01-05T08:00:00+00:00"}
    ]
    assert "depots" not in case


def test_a_travel_time_of_half_a_second_is_refused(one_appointment: Path) -> None:
    """10.025 minutes are 601.5 s: rounding would change the instance."""
    one_appointment.write_text(ONE_APPOINTMENT.replace("10.0167", "10.0250"))
    with pytest.raises(InstanceError, match=r"10\.025 min, expected a whole number"):
        praxedo_case(read_instance(one_appointment))


def test_a_broken_row_is_named_by_its_line(two_engineers: Path) -> None:
    """Line 12 has lost its service time."""
    two_engineers.write_text(TWO_ENGINEERS.replace("10     20     2 ", "10     20 "))
    with pytest.raises(InstanceError, match="line 12: expected `id x y"):
        read_instance(two_engineers)


def test_the_product_accepts_both(two_engineers: Path, one_appointment: Path) -> None:
    """Neither case holds a field that the contract does not know."""
    parse_case(json.dumps(trsp_case(read_instance(two_engineers))))
    parse_case(json.dumps(praxedo_case(read_instance(one_appointment))))


def test_the_command_writes_a_case_file(two_engineers: Path, tmp_path: Path) -> None:
    """`trsp FILE -o CASE.json` exits with 0 and leaves JSON."""
    output = tmp_path / "case.json"
    assert main(["trsp", str(two_engineers), "-o", str(output)]) == 0
    assert len(json.loads(output.read_text())["visits"]) == 3


def test_the_command_refuses_another_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of another family is an error with status 2, not a trace."""
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("nothing\n")
    assert main(["trsp", str(wrong)]) == 2
    assert "wrong.txt line 5: expected the numbers" in capsys.readouterr().err
