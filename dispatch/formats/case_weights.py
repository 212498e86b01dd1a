"""The ``weights`` of a case file."""

from __future__ import annotations

from dispatch.domain import ChurnWeights, Objective, PromiseStage, Weights
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.values import choice, money

__all__ = ["read_weights"]


def read_weights(found: Findings, value: object, pointer: str) -> Weights | None:
    """Read ``weights``: ``objective``, ``preference``, ``churn`` by stage, ``engineer_change``."""
    fields = Fields(found, value, pointer)
    usual = Weights()
    objective = fields.optional("objective", choice(Objective), usual.objective)
    preference = fields.optional("preference", money, usual.preference)
    churn = fields.part("churn", _read_churn) or usual.churn
    engineer_change = fields.optional("engineer_change", money, usual.engineer_change)
    return fields.build(lambda: Weights(objective, preference, churn, engineer_change))


def _read_churn(found: Findings, value: object, pointer: str) -> ChurnWeights | None:
    fields = Fields(found, value, pointer)
    usual = ChurnWeights()
    prices = {
        stage.value: fields.optional(stage.value, money, usual.of(stage)) for stage in PromiseStage
    }
    return fields.build(lambda: ChurnWeights(**prices))
