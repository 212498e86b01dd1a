"""The commands of what-if: whatif, simulate, and a question each of ask."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from pathlib import Path

import pytest

from dispatch.cli import main
from dispatch.formats import format_case
from dispatch.formats.question_table import COLUMN_WORDS
from tests.simulation.simulated_worlds import busy_shop

LESS = {"name": "without e2", "changes": [{"change": "engineer_removed", "engineer": "e2"}]}
QUICK = ("--replications", "2", "--iterations", "0", "--processes", "1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the case of a busy shop and a scenario."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "case.json").write_text(format_case(busy_shop()), encoding="utf-8")
    (folder / "less.json").write_text(json.dumps(LESS), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> int:
    """One command in this process; names of files stand for those in the folder."""
    files = {path.name: str(path) for path in folder.iterdir()}
    return main([files.get(one, one) for one in arguments])


def test_a_scenario_is_compared_twice_with_the_same_bytes(
    shop: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Report, table and page; what was kept is not simulated again."""
    said = []
    for number in (1, 2):
        files = [str(tmp_path / f"{number}.{kind}") for kind in ("json", "html", "csv")]
        kept = str(tmp_path / "kept.jsonl")
        options = ("-o", files[0], "--html", files[1], "--csv", files[2], "--keep", kept)
        assert run(shop, "whatif", "case.json", "less.json", *QUICK, *options) == 0
        said.append(capfd.readouterr().out)
    assert said[0] == said[1]
    assert "without e2" in said[0]
    for kind in ("json", "html", "csv"):
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()
    assert len((tmp_path / "kept.jsonl").read_text().splitlines()) == 4
    rows = list(csv.DictReader(io.StringIO((tmp_path / "1.csv").read_text())))
    assert {row["name"] for row in rows} == {"without e2"}


def test_policies_are_compared_with_the_first(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Two policies side by side, in Chinese."""
    policies = ("--policy", "nearest", "--policy", "deadline")
    assert run(shop, "simulate", "case.json", *policies, *QUICK, "--language", "zh") == 0
    assert "最早期限优先" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        (("team", "case.json", "--share", "0.1", "--each-skill"), "smallest"),
        (("worth", "case.json", "--part", "fuse"), "value"),
        (("home", "case.json", "--like", "e1", "--place", "a", "--place", "c"), "place"),
        (("depot", "case.json", "--like", "d1", "--place", "a", "--place", "c"), "place"),
        (("best", "case.json", "less.json"), "place"),
        (("sla-price", "case.json", "--contract", "standard", "--within", "PT1H"), "safe"),
        (("breaking", "case.json", "--share", "0.1", "--most", "1.2"), "factor"),
    ],
)
def test_each_question_has_an_answer(
    arguments: tuple[str, ...],
    column: str,
    shop: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Sentences and a table on stdout, the same rows as a file, and a page with both."""
    answer, page = tmp_path / "answer.json", tmp_path / "answer.html"
    assert run(shop, "ask", *arguments, *QUICK, "-o", str(answer), "--html", str(page)) == 0
    answered, _, table = capfd.readouterr().out.partition("\n\n")
    head, *told = table.splitlines()
    rows = json.loads(answer.read_text())["rows"]
    assert len(rows) == len(told)
    assert column in rows[0]
    assert head.split()[0] in COLUMN_WORDS[next(iter(rows[0]))][0]
    first = escape(" ".join(answered.split())[:60])
    assert first in page.read_text()
    assert "<table>" in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        (("sla-price", "case.json", "--contract", "standard", "--within", "soon"), "--within"),
        (
            ("sla-price", "case.json", "--contract", "c", "--within", "PT1H", "--severity", "x"),
            "--severity",
        ),
        (("team", "case.json", "--territory", "moon"), "/territory"),
        (("depot", "case.json", "--like", "d9", "--place", "a"), "/like"),
    ],
)
def test_a_question_about_nothing_is_refused(
    arguments: tuple[str, ...], pointer: str, shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, naming what was wrong."""
    assert run(shop, "ask", *arguments, *QUICK) == 2
    assert pointer in capfd.readouterr().err


def test_everything_that_is_wrong_is_told_at_once(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read, what leads nowhere and a policy nobody knows; no echo of the same."""
    changes = [
        {"change": "engineer_added", "id": "e9", "like": "nobody"},
        {"change": "engineer_removed", "engineer": "e9"},
        {"change": "engineer_removed", "engineer": "e7"},
        {"change": "demand_scaled", "factor": -1},
        {"change": "demand_scaled", "factor": 2, "type": "moon", "customer": "sun"},
    ]
    (shop / "bad.json").write_text(json.dumps({"changes": changes}), encoding="utf-8")
    assert run(shop, "whatif", "case.json", "bad.json", *QUICK, "--policy", "best") == 2
    told = capfd.readouterr().err
    lines = [line.partition("bad.json#")[2] or line for line in told.splitlines() if line.strip()]
    assert [line.partition(":")[0] for line in lines] == [
        "--policy",
        "/changes/3/factor",
        "/changes/0/like",
        "/changes/2/engineer",
        "/changes/4/type",
        "/changes/4/customer",
    ]
