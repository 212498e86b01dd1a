"""Answers to questions are sentences that say no more than was seen."""

from __future__ import annotations

from typing import Any

from dispatch.formats.question_answer import answer_of


def tried(engineers: int, on_time: float, *, sure: bool, smallest: int | None) -> dict[str, Any]:
    """A team that was tried in the north."""
    return {
        "territory": "north",
        "skill": "ups",
        "today": 4,
        "smallest": smallest,
        "engineers": engineers,
        "on_time": on_time,
        "promised": 200,
        "kept": engineers == smallest,
        "sure": sure,
        "runs": 30,
    }


def test_the_smallest_team_and_whether_it_is_clear() -> None:
    """Three engineers are enough; that two are not is clear, that three are is not."""
    rows = [tried(n, share, sure=n == 2, smallest=3) for n, share in ((2, 0.6), (3, 0.96))]
    told = answer_of({"question": "team", "rows": rows}, 0)
    assert told[0] == (
        "north (ups): 3 engineer(s) are enough, 96.0 % of 200 critical arrivals are on time;"
        " today there are 4."
    )
    assert told[1].startswith("That was seen in 30 futures with 200 critical arrivals, too little")
    assert answer_of({"question": "team", "rows": rows}, 1)[0].startswith("north（ups）：3 名")


def test_no_team_is_enough() -> None:
    """The largest that was tried is told."""
    rows = [tried(n, 0.5, sure=True, smallest=None) for n in (6, 7)]
    (told,) = answer_of({"question": "team", "rows": rows}, 0)
    assert told.startswith("north (ups): no team of up to 7 engineers is enough; with 7, 50.0 %")


def test_a_home_that_may_save_nothing_is_not_praised() -> None:
    """An interval with zero inside proves nothing; one above does."""
    row = {"place": "p1", "value": 1832.0, "low": -60_430.0, "high": 64_093.0, "left": True}
    other = row | {"place": "p2", "value": 0.0}
    told = answer_of({"question": "home", "rows": [row, other]}, 0)
    assert told == [
        "None clearly saves money; most likely p1 does, 18.32 a day (-604.30 to 640.93).",
        "Not clearly worse: p2.",
    ]
    (told_best,) = answer_of({"question": "depot", "rows": [row | {"low": 100.0}]}, 0)
    assert told_best.startswith("Best: p1, which saves 18.32 a day against today (1.00 to 640.93)")


def test_the_demand_that_breaks_a_team() -> None:
    """Its three outcomes."""
    row = {"holds": 1.5, "breaks": 1.6, "factor": 1.5, "sure": True, "runs": 6}
    ends = [(1.5, 1.6), (4.0, None), (None, 1.0)]
    told = [
        answer_of({"question": "breaking", "rows": [row | {"holds": low, "breaks": high}]}, 0)
        for low, high in ends
    ]
    assert [one[0].split(" at ")[1].split(" ")[0] for one in told[:2]] == ["1.5", "4"]
    assert told[2] == ["The team already breaks at today's demand."]
