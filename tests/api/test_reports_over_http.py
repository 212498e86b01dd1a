"""Reports and the calendar over HTTP: their shape, their files, and who may not see them."""

from __future__ import annotations

import io

import httpx
import openpyxl
import pytest

from tests.api.running import ADMIN, V1, Running

PASSWORD = "a long enough password"


def test_a_report_and_its_files(client: httpx.Client) -> None:
    """The same figures on the wire and in both files; a stretch that is none is refused."""
    stretch = {"from": "2026-01-01", "until": "2026-03-31", "by": "month"}
    report = client.get(f"{V1}/reports/quality", params=stretch).json()
    assert [one["key"] for one in report["periods"]] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert set(report["total"]["clocks"]) == {"acknowledge", "arrive", "replace", "fix"}
    assert report["targets"] == {"satisfaction": 0.9, "maintenance_in_time": 0.95}
    for format in ("csv", "xlsx"):
        file = client.get(f"{V1}/reports/quality/file", params={**stretch, "format": format})
        name = f"quality-2026-01-01-2026-03-31.{format}"
        assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
        if format == "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(file.content)).sheetnames[1] == "month"
    for wrong in ({"from": "2026-03-01", "until": "2026-02-01"}, {"by": "year"}, {"from": "x"}):
        assert client.get(f"{V1}/reports/quality", params=wrong).status_code == 422


def test_the_key_figures_tell_the_quality_too(client: httpx.Client) -> None:
    """The last four weeks of the same report; nothing was reported, so there is no share."""
    quality = client.get(f"{V1}/kpis").json()["quality"]
    assert set(quality) >= {"arrive_on_time", "first_time_fix", "repeat_share", "satisfaction"}
    assert (quality["first_time_fix"], quality["satisfaction"]) == (None, None)


def test_the_calendar(client: httpx.Client) -> None:
    """Both machines fall due again within the half-year; each is in the week that is named."""
    calendar = client.get(f"{V1}/maintenance-calendar").json()
    assert calendar["series"] == ["due", "planned"]
    assert len(calendar["weeks"]) == 26
    busy = [one for one in calendar["weeks"] if one["loads"]["due"]["rounds"]]
    week = client.get(f"{V1}/maintenance-calendar/rounds", params={"start": busy[0]["start"]})
    assert [one["equipment"] for one in week.json()["items"]] == ["q1"]
    assert (item := week.json()["items"][0])["site_name_en"] == ""
    assert (item["equipment_name"], item["equipment_name_en"]) == ("UPS", "")
    past = client.get(f"{V1}/maintenance-calendar", params={"start": "2020-01-01"})
    assert past.status_code == 422


@pytest.mark.parametrize("role", ["engineer", "integrator", "manager"])
def test_the_wrong_person(guarded: Running, role: str) -> None:
    """Managers see reports and calendar; engineers and other systems do not."""
    with guarded.sign_in(*ADMIN) as admin:
        body = {"name": f"reports-{role}", "password": PASSWORD, "role": role}
        body |= {"engineer": "e1"} if role == "engineer" else {}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
    paths = ("reports/quality", "reports/quality/file", "maintenance-calendar")
    with guarded.sign_in(f"reports-{role}", PASSWORD) as client:
        for path in (*paths, "maintenance-calendar/rounds"):
            expected = 200 if role == "manager" else 403
            assert client.get(f"{V1}/{path}").status_code == expected, path
