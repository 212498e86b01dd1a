"""The life of a request over HTTP: proposals, diagnosis, score, complaints, service reports."""

from __future__ import annotations

import httpx

from tests.api.running import V1
from tests.operations.small_company import at, fault

KEY = {"Idempotency-Key": "once-and-only-once-1"}


def test_a_request_from_report_to_score(client: httpx.Client) -> None:
    """Each step answers with the whole request."""
    body = fault(1, id="life")
    assert client.post(f"{V1}/requests", json=body).status_code == 201
    address = f"{V1}/requests/life"
    assert client.post(f"{address}/acknowledge").json()["state"] == "acknowledged"
    proposal = client.get(f"{address}/proposal").json()
    assert proposal["visits"][0]["parts"] == {"P-1": 1}
    wanted = [{"duration": "PT20M", "parts": {"P-1": 2}, "skills": [{"name": "ups"}]}]
    told = client.post(f"{address}/diagnose", json={"note": "x", "visits": wanted})
    assert told.json()["work_ahead"][0]["parts"] == {"P-1": 2}, told.text
    assert client.post(f"{address}/satisfaction", json={"score": 5}).status_code == 409
    report = {"type": "finished", "occurred_at": at(9), "event_id": "life-1"}
    assert client.post(f"{V1}/visits/life-v1/events", json=report).json()["outcome"] == "applied"
    written = {"text": "换了电池", "signed_by": "王", "photos": ["https://x.example/1.jpg"]}
    answer = client.post(f"{V1}/visits/life-v1/report", json=written)
    assert answer.status_code == 201, answer.text
    assert client.get(f"{V1}/visits/life-v1/report").json() == answer.json()
    done = client.post(f"{address}/confirm", json={"score": 5, "comment": "好"}).json()
    assert (done["state"], done["score"]) == ("confirmed", 5)
    assert client.post(f"{address}/satisfaction", json={"score": 6}).status_code == 422


def test_a_complaint_over_http(client: httpx.Client) -> None:
    """The same key raises it once; its clocks come back; steps are taken with If-Match."""
    body = {"site": "s1", "text": "太慢"}
    first = client.post(f"{V1}/complaints", json=body, headers=KEY)
    again = client.post(f"{V1}/complaints", json=body, headers=KEY)
    assert first.status_code == 201, first.text
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    complaint = first.json()
    kinds = [clock["kind"] for clock in complaint["clocks"]]
    assert kinds == [
        "complaint_contact",
        "complaint_proposal",
        "complaint_done",
        "complaint_closed",
    ]
    address = f"{V1}/complaints/{complaint['id']}"
    assert client.post(f"{address}/close").status_code == 409
    stale = client.post(f"{address}/contact", headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    told = client.post(f"{address}/contact", json={"note": "打过电话"})
    assert told.json()["clocks"][0]["state"] == "met", told.text
    assert [one["id"] for one in client.get(f"{V1}/complaints").json()["items"]] == [
        complaint["id"]
    ]
    assert client.post(f"{V1}/complaints", json={"text": "x"}).status_code == 422
