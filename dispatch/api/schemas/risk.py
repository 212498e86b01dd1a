"""Probabilities of breaches as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.domain.risk import RiskModel
from dispatch.operations.records.base import Instant
from dispatch.planning.risk import StopRisk

__all__ = ["RiskModelOut", "RiskOut", "model_out", "risk_out"]


class SpreadOut(Out):
    """A log-normal distribution of real over planned time."""

    mu: float = Field(description="Mean of the logarithm.")
    sigma: float = Field(description="Standard deviation of the logarithm.")


class RiskModelOut(Out):
    """How long things really take."""

    work: dict[str, SpreadOut] = Field(description="By kind of visit.")
    travel: SpreadOut
    observations: int = Field(description="Finished visits it was learned from; 0: defaults.")


class StopRiskOut(Out):
    """What may become of one visit."""

    visit: str
    breach_probability: float
    sla_probability: float | None
    window_probability: float | None
    expected_breach: int = Field(description="Mean price of the SLA breach, minor units.")
    arrive_early: Instant = Field(description="One of ten arrivals is before it.")
    arrive_late: Instant = Field(description="One of ten arrivals is after it.")


class RiskOut(Out):
    """The risk of a plan, visit by visit in the order they start."""

    version: int
    expected_breach: int = Field(description="Of the whole plan, minor units.")
    model: RiskModelOut
    visits: list[StopRiskOut]


def model_out(model: RiskModel) -> RiskModelOut:
    """Write the spreads as an answer."""
    return RiskModelOut(
        work={kind: SpreadOut(mu=s.mu, sigma=s.sigma) for kind, s in sorted(model.work.items())},
        travel=SpreadOut(mu=model.travel.mu, sigma=model.travel.sigma),
        observations=model.observations,
    )


def risk_out(version: int, model: RiskModel, found: tuple[StopRisk, ...]) -> RiskOut:
    """Write the risk of a plan as an answer."""
    return RiskOut(
        version=version,
        expected_breach=sum(one.expected_breach for one in found),
        model=model_out(model),
        visits=[StopRiskOut.model_validate(one) for one in found],
    )
