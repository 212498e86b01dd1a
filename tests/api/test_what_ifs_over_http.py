"""What-ifs over HTTP: asked, watched, called off, taken away, and not lost with the server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.formats import parse_case
from dispatch.formats.question_table import format_question_csv, format_question_html
from dispatch.operations.what_if_order import WhatIfOrder
from dispatch.operations.what_if_work import answer_order
from dispatch.simulation.executor import InProcess
from tests.api.conftest import found
from tests.api.running import V1, Running, running, wait_for_run
from tests.api.server_process import Server

WITHOUT_E2 = {
    "name": "without e2",
    "changes": [{"change": "engineer_removed", "engineer": "e2"}],
}
FINAL = ("done", "failed", "cancelled")


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small company; nobody takes what-ifs up."""
    url = f"sqlite:///{tmp_path_factory.mktemp('idle') / 'x.db'}"
    found(url, requests=2)
    with running(url, solver_threads=0) as server:
        yield server


def pointers(answer: httpx.Response) -> list[str]:
    """Where the problems of a refused what-if are."""
    assert answer.status_code == 422, answer.text
    return [one["pointer"] for one in answer.json()["issues"]]


def test_wrong_changes_and_questions_are_told_at_once(idle: Running) -> None:
    """Every issue names its scenario and change; nothing is queued."""
    with idle.client() as client:
        nobody = {"changes": [{"change": "engineer_removed", "engineer": "nobody"}]}
        odd = {"changes": [{"change": "engineer_grown"}]}
        wrong = client.post(f"{V1}/scenarios", json={"scenarios": [nobody, WITHOUT_E2, odd]})
        assert pointers(wrong) == [
            "/scenarios/0/changes/0/engineer",
            "/scenarios/2/changes/0/change",
        ]
        assert pointers(client.post(f"{V1}/scenarios", json={})) == ["/scenarios"]
        for question, where in (
            ({"kind": "home"}, ["/question/like", "/question/places"]),
            ({"kind": "home", "like": "e9", "places": ["site-s1"]}, ["/question/like"]),
            ({"kind": "home", "like": "e1", "places": ["moon"]}, ["/question/places/0"]),
            ({"kind": "sla_price", "contract": "x", "within": "PT4H"}, ["/question/contract"]),
            ({"kind": "team", "territory": "x"}, ["/question/territory"]),
        ):
            assert pointers(client.post(f"{V1}/scenarios", json={"question": question})) == where
        case = {"planning_window": {}}
        wrong = client.post(f"{V1}/scenarios", json={"scenarios": [WITHOUT_E2], "case": case})
        assert all(one.startswith("/case/") for one in pointers(wrong))
        assert client.get(f"{V1}/scenarios").json()["items"] == []


def test_a_waiting_what_if_can_be_watched_and_called_off(idle: Running) -> None:
    """It is listed with its progress, has no report yet, and ends at once when called off."""
    with idle.client() as client:
        choices = client.get(f"{V1}/scenarios/choices").json()
        assert choices["engineers"] == ["e1", "e2"]
        assert choices["contracts"] == ["platinum"]
        assert set(choices["names"]["engineers"]) == {"e1", "e2"}
        asked = client.post(f"{V1}/scenarios", json={"title": "假如", "scenarios": [WITHOUT_E2]})
        where = asked.headers["location"]
        assert asked.status_code == 202
        assert asked.json()["progress"] == {"done": 0, "of": None, "remaining_s": None}
        [head] = client.get(f"{V1}/scenarios").json()["items"]
        assert (head["title"], head["kind"], head["state"]) == ("假如", "comparison", "queued")
        assert client.get(f"{where}/report").status_code == 409
        assert parse_case(client.get(f"{where}/case").text).demand is not None
        assert client.delete(where).json()["state"] == "cancelled"
        assert client.delete(where).json()["state"] == "cancelled"
        again = client.post(f"{where}/resume")
        assert (again.status_code, again.json()["state"], again.json()["error"]) == (
            202,
            "queued",
            None,
        )
        assert client.post(f"{where}/resume").json()["state"] == "queued"
        assert client.delete(where).json()["state"] == "cancelled"
        assert client.get(f"{V1}/scenarios/none").status_code == 404


def ask(server: Server, body: dict[str, Any]) -> str:
    """Ask for a what-if; give back its address."""
    answer = server.client.post(f"{V1}/scenarios", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def wait_until_kept(server: Server, where: str, many: int) -> int:
    """Wait until so many replications are kept; tell how many are."""
    for _ in range(1200):
        state = server.client.get(where).json()
        if state["progress"]["done"] >= many or state["state"] in FINAL:
            return int(state["progress"]["done"])
        time.sleep(0.05)
    raise AssertionError(f"the what-if stays at {state['progress']}")


def test_a_what_if_survives_its_workers_and_its_server(tmp_path: Path) -> None:
    """A child and then the server are killed: what was finished stays, the numbers are the same."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    found(url, requests=3)
    server = Server(url)
    body = {"scenarios": [WITHOUT_E2], "replications": 6, "days": 3}
    where = ask(server, body)
    wait_until_kept(server, where, 1)
    for child in server.children("multiprocessing.spawn"):
        os.kill(child, signal.SIGKILL)
    wait_until_kept(server, where, 4)
    assert server.end(signal.SIGKILL) == -signal.SIGKILL

    server = Server(url)
    assert server.client.get(where).json()["progress"]["done"] >= 4
    ended = wait_for_run(server.client, where, *FINAL)
    assert (ended["state"], ended["error"], ended["attempts"]) == ("done", None, 2)
    assert ended["progress"] == {"done": 12, "of": 12, "remaining_s": 0}
    case = parse_case(server.client.get(f"{where}/case").text)
    order = WhatIfOrder.from_document(ended["asked"])
    assert ended["report"] == answer_order(order, case, InProcess(), lambda: False)
    table = server.client.get(f"{where}/report", params={"format": "csv"}).text
    assert table.startswith("name,figure,base,scenario")
    page = server.client.get(f"{where}/report", params={"language": "zh"})
    assert "准时到达率" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert server.end(signal.SIGTERM) == -signal.SIGTERM


def test_a_question_is_answered_as_rows_and_told_as_a_table(idle: Running) -> None:
    """Today's demand is kept, so is twice as much; the page and the table say so in both tongues."""
    # With no share to keep: the few calls of the small company are another chance on each day.
    body = {"question": {"kind": "breaking", "share": 0.0, "most": 2}, "replications": 2}
    with idle.client() as client:
        where = client.post(f"{V1}/scenarios", json=body).headers["location"]
        order = WhatIfOrder.from_document(client.get(where).json()["asked"])
        case = parse_case(client.get(f"{where}/case").text)
    report = answer_order(order, case, InProcess(), lambda: False)
    assert report["question"] == "breaking"
    assert [row["factor"] for row in report["rows"]] == [1.0, 1.2, 1.6, 2.0]
    assert "试算倍数" in format_question_html(report, "假如", "zh")
    assert format_question_csv(report).splitlines()[0].startswith("holds,breaks,factor")
