"""The ``weights`` of a case file."""

from __future__ import annotations

from dispatch.domain import ChurnWeights, Objective, PromiseStage, Weights
from dispatch.domain.weights import MOST_RISK
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.values import choice, money, number

__all__ = ["read_weights"]


def read_weights(found: Findings, value: object, pointer: str) -> Weights | None:
    """Read ``weights``: the objective, and prices that no tariff names."""
    fields = Fields(found, value, pointer)
    usual = Weights()
    objective = fields.optional("objective", choice(Objective), usual.objective)
    preference = fields.optional("preference", money, usual.preference)
    churn = fields.part("churn", _read_churn) or usual.churn
    engineer_change = fields.optional("engineer_change", money, usual.engineer_change)
    fairness = fields.optional("fairness_per_squared_hour", money, 0)
    worst = fields.optional("worst_lateness_per_hour", money, 0)
    risk = fields.optional("risk", number(0, MOST_RISK), 0.0)
    return fields.build(
        lambda: Weights(objective, preference, churn, engineer_change, fairness, worst, risk)
    )


def _read_churn(found: Findings, value: object, pointer: str) -> ChurnWeights | None:
    fields = Fields(found, value, pointer)
    usual = ChurnWeights()
    prices = {
        stage.value: fields.optional(stage.value, money, usual.of(stage)) for stage in PromiseStage
    }
    return fields.build(lambda: ChurnWeights(**prices))
