"""A page learns from the session what it may offer to the person who looks at it."""

from __future__ import annotations

import pytest

from tests.api.running import ADMIN, V1, Running

PASSWORD = "a long enough password"


@pytest.mark.parametrize(
    ("role", "plan", "report"),
    [
        ("dispatcher", True, True),
        ("manager", False, False),
        ("integrator", False, True),
        ("engineer", False, False),
    ],
)
def test_the_session_tells_what_a_role_may(
    guarded: Running, role: str, plan: bool, report: bool
) -> None:
    """Dispatchers plan, other systems report, managers and engineers look."""
    with guarded.sign_in(*ADMIN) as admin:
        body = {"name": f"page-{role}", "password": PASSWORD, "role": role}
        body |= {"engineer": "e1"} if role == "engineer" else {}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
    with guarded.sign_in(f"page-{role}", PASSWORD) as client:
        me = client.get(f"{V1}/session").json()
    assert (me["may_plan"], me["may_report"]) == (plan, report)


def test_nobody_may_anything(guarded: Running) -> None:
    """Before signing in the page offers nothing."""
    with guarded.client() as client:
        me = client.get(f"{V1}/session").json()
    assert (me["signed_in"], me["may_plan"], me["may_report"]) == (False, False, False)
