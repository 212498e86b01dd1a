"""Schemathesis against the running service: no unplanned 5xx, nothing outside of the schema."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dispatch.api.authorisation import RULES
from tests.api.running import Running

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# A stream never ends, solving has tests of its own, and two answers are no part of the schema.
LEFT_OUT = {"/api/v1/events", "/api/v1/plans/solve", "/openapi.json", "/docs"}
# Each of these would end or shut out somebody, or fill the queue with runs.
CALLS = sorted(
    (method, path)
    for method, path in RULES
    if path not in LEFT_OUT and (method, path) != ("POST", "/api/v1/plans")
)


@pytest.fixture(scope="module")
def schema(demo: Running) -> Any:
    """The schema as the running service tells it."""
    with demo.client() as client:
        document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    return schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_the_service_keeps_to_its_schema(
    method: str, path: str, schema: Any, demo: Running
) -> None:
    """Whatever is sent, the answer is one that the schema describes."""
    operation = schema[path][method]

    @settings(
        max_examples=12,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        deadline=None,
    )
    @given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        case.call_and_validate(base_url=demo.url, checks=CHECKS, timeout=120)

    keeps()


def test_every_answer_is_described(demo: Running) -> None:
    """Each field of each answer is required: an answer implies nothing."""
    with demo.client() as client:
        document = client.get("/openapi.json").json()
    shapes = document["components"]["schemas"]
    for name in ("RequestOut", "RunOut", "PlanHead", "RouteOut", "KpisOut", "EngineerStored"):
        shape = shapes[name]
        assert set(shape["required"]) == set(shape["properties"]), name
        assert not [field for field in shape["properties"].values() if "default" in field]
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            assert one.get("summary"), (method, path)
            assert isinstance(httpx.URL(path), httpx.URL)
