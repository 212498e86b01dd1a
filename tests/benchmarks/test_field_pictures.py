"""Pictures of traces and of scale, and the chart that draws them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.picture_svg import Axis, Line, chart, ticks
from benchmarks.pictures import incumbents_picture, main, scale_pictures
from benchmarks.traces import COLUMNS

SVG = "{http://www.w3.org/2000/svg}"


def lines_of(picture: str) -> list[list[tuple[float, float]]]:
    """Return the points of every line, in the picture's own units."""
    root = ET.fromstring(picture)
    return [
        [
            (float(x), float(y))
            for x, y in (pair.split(",") for pair in line.attrib["points"].split())
        ]
        for line in root.iter(f"{SVG}polyline")
    ]


def test_ticks_enclose_the_data_with_round_steps() -> None:
    """0 to 4.2 in fives: steps of one; 3 to 700: whole powers of ten."""
    assert ticks(0.3, 4.2, Axis("per cent")) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert ticks(3, 700, Axis("s", logarithmic=True)) == [1.0, 10.0, 100.0, 1000.0]
    assert ticks(5, 5, Axis("s", logarithmic=True)) == [1.0, 10.0]
    assert len(ticks(0, 0, Axis("per cent"))) >= 2


def test_equal_factors_are_equal_steps_on_a_logarithmic_axis() -> None:
    """1, 10 and 100 s stand at the left edge, in the middle and at the right edge."""
    drawn = chart(
        "a < b", (Line("one", ((1, 0), (10, 1), (100, 2))),), Axis("s", True), Axis("per cent")
    )
    (first, _), (second, _), (third, _) = lines_of(drawn)[0]
    assert second - first == pytest.approx(third - second, abs=0.2)
    assert "a &lt; b" in drawn


def test_a_curve_begins_when_the_work_is_the_same() -> None:
    """The first incumbent leaves two visits out and is cheap: it is no part of the curve."""
    runs = {
        ("i", "auto", "1", "10"): [(0.1, 2, 50.0), (1.0, 0, 120.0), (10.0, 0, 100.0)],
        ("i", "peer:vroom", "1", "10"): [(2.0, None, 110.0)],
    }
    ours, theirs = lines_of(incumbents_picture("trsp", runs))
    assert ours[0][1] < ours[-1][1]
    assert len({y for _, y in theirs}) == 1


def test_a_visit_left_out_has_its_price_where_there_is_one() -> None:
    """On our own days a curve begins at once; who does not tell what is left out has none."""
    runs = {
        ("i", "auto", "1", "10"): [(0.1, 2, 50.0), (1.0, 0, 120.0), (10.0, 0, 100.0)],
        ("i", "peer:nextroute", "1", "10"): [(2.0, None, 110.0)],
    }
    (ours,) = lines_of(incumbents_picture("field", runs))
    # 40,050 stands high above 100, so it is drawn nearer to the upper edge.
    assert ours[0][1] < ours[-1][1] - 100


def test_scale_is_drawn_from_its_result_file() -> None:
    """Three pictures from the shortest limit; sizes without a plan are left out."""
    row = {"time_limit_s": "60", "first_plan_s": "0.5", "peak_mb": "300", "per_second": "9000"}
    rows = [
        {**row, "visits": "50"},
        {**row, "visits": "500", "first_plan_s": "2.5"},
        {**row, "visits": "5000", "first_plan_s": ""},
    ]
    drawn = scale_pictures(rows)
    assert sorted(drawn) == ["scale-first-plan.svg", "scale-memory.svg", "scale-pace.svg"]
    assert len(lines_of(drawn["scale-first-plan.svg"])[0]) == 2


def test_the_command_writes_what_there_are_results_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One trace file, one picture; no results at all is a wrong call."""
    out = tmp_path / "pictures"
    assert main(["--results", str(tmp_path), "--out", str(out)]) == 2
    assert "expected *.trace.csv" in capsys.readouterr().err
    lines = [",".join(COLUMNS), "trsp,R101,auto,1,10,0.5,0,110", "trsp,R101,auto,1,10,9.5,0,100"]
    (tmp_path / "trsp.trace.csv").write_text("\n".join(lines) + "\n")
    assert main(["--results", str(tmp_path), "--out", str(out)]) == 0
    assert [path.name for path in out.iterdir()] == ["incumbents-trsp.svg"]
