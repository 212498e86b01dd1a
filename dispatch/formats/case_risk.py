"""Spreads of work and travel in a case file (``risk_model``)."""

from __future__ import annotations

from typing import Any

from dispatch.domain import VisitKind
from dispatch.domain.risk import DEFAULT_RISK, RiskModel, Spread
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.values import integer, number

__all__ = ["read_risk_model", "risk_model_to_document"]

MOST_MU, MOST_SIGMA = 3.0, 4.0
MOST_OBSERVATIONS = 10**9


def read_risk_model(found: Findings, value: object, pointer: str) -> RiskModel | None:
    """Read the log-normal spreads of real over planned time; kinds left out have defaults."""
    fields = Fields(found, value, pointer)
    work = fields.part("work", _read_work)
    travel = fields.part("travel", _read_spread)
    observations = fields.optional("observations", integer(0, MOST_OBSERVATIONS), 0)
    known: dict[str, Any] = work or {}
    return fields.build(
        lambda: RiskModel(
            {**DEFAULT_RISK.work, **known}, travel or DEFAULT_RISK.travel, observations
        )
    )


def _read_work(found: Findings, value: object, pointer: str) -> dict[str, Spread] | None:
    fields = Fields(found, value, pointer)
    spreads = {kind.value: fields.part(kind.value, _read_spread) for kind in VisitKind}
    return fields.build(lambda: {kind: one for kind, one in spreads.items() if one is not None})


def _read_spread(found: Findings, value: object, pointer: str) -> Spread | None:
    fields = Fields(found, value, pointer)
    mu = fields.required("mu", number(-MOST_MU, MOST_MU, what="a mean of the logarithm"))
    sigma = fields.required("sigma", number(0, MOST_SIGMA, what="a standard deviation"))
    return fields.build(lambda: Spread(mu, sigma))


def risk_model_to_document(model: RiskModel) -> dict[str, Any]:
    """Write spreads as `read_risk_model` reads them."""
    return {
        "work": {kind: _spread(one) for kind, one in sorted(model.work.items())},
        "travel": _spread(model.travel),
        "observations": model.observations,
    }


def _spread(one: Spread) -> dict[str, float]:
    return {"mu": one.mu, "sigma": one.sigma}
