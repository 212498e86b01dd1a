"""Cost, key figures and run of a plan file."""

from __future__ import annotations

from dispatch.domain import CostBreakdown, Kpis, LoadSpread, RunBound, RunInfo
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.values import integer, number, text

__all__ = [
    "COST_FIELDS",
    "KPI_FIELDS",
    "TIER_FIELDS",
    "WHOLE_PLAN_FIELDS",
    "read_cost",
    "read_kpis",
    "read_run",
]

# Tier prices of unassigned visits are powers of ten above all money of a case: beyond 64 bits
# where thousands of visits have the highest prices that a case may name.
AMOUNT = integer(0, 10**60, "an amount in minor units")
COUNT = integer(0, 2**53, "a whole number")
COST_FIELDS = (
    "total",
    "travel",
    "labour",
    "overtime",
    "sla",
    "due",
    "preference",
    "churn",
    "unassigned",
)
TIER_FIELDS = ("low", "normal", "high", "mandatory")
WHOLE_PLAN_FIELDS = ("fairness", "worst_lateness", "risk")
"""Components that only cases with such weights have."""
KPI_FIELDS = (
    "visits",
    "unassigned",
    "sla_met",
    "sla_total",
    "working_time_s",
    "travel_s",
    "travel_m",
    "wait_s",
    "overtime_s",
)


def read_cost(found: Findings, value: object, pointer: str) -> CostBreakdown | None:
    """Read ``cost``; all components have to be there but the prices of the plan as a whole."""
    fields = Fields(found, value, pointer)
    amounts = {name: fields.required(name, AMOUNT) for name in COST_FIELDS}
    amounts |= {name: fields.optional(name, AMOUNT, 0) for name in WHOLE_PLAN_FIELDS}
    return fields.build(lambda: CostBreakdown(**amounts))


def read_kpis(found: Findings, value: object, pointer: str) -> Kpis | None:
    """Read ``kpis``; all figures have to be there but ``load`` and ``expected_breach``."""
    fields = Fields(found, value, pointer)
    counts = {name: fields.required(name, COUNT) for name in KPI_FIELDS}
    utilisation = fields.required("utilisation", number(0, 1e6))
    load = fields.part("load", _read_load)
    breach = fields.nullable("expected_breach", COUNT)
    return fields.build(
        lambda: Kpis(**counts, utilisation=utilisation, load=load, expected_breach=breach)
    )


def _read_load(found: Findings, value: object, pointer: str) -> LoadSpread | None:
    fields = Fields(found, value, pointer)
    seconds = {name: fields.required(name, COUNT) for name in ("least_s", "mean_s", "most_s")}
    return fields.build(lambda: LoadSpread(**seconds))


def read_run(found: Findings, value: object, pointer: str) -> RunInfo | None:
    """Read ``run``."""
    fields = Fields(found, value, pointer)
    seed = fields.required("seed", integer(-(2**63), 2**63 - 1, "a seed"))
    engine = fields.required("engine", text)
    time_limit_s = fields.nullable("time_limit_s", number(0, 1e9, what="seconds"))
    elapsed_s = fields.required("elapsed_s", number(0, 1e9, what="seconds"))
    version = fields.required("version", text)
    case_hash = fields.required("case_hash", text)
    iterations = fields.nullable("iterations", COUNT)
    notes = fields.each("notes", lambda _, note, at: fields.fit(note, at, text))
    bound = fields.part("bound", _read_bound)
    return fields.build(
        lambda: RunInfo(
            seed, engine, time_limit_s, elapsed_s, version, case_hash, iterations, notes, bound
        )
    )


def _read_bound(found: Findings, given: object, pointer: str) -> RunBound | None:
    fields = Fields(found, given, pointer)
    objective = fields.required("objective", text)
    value, plan_value = (fields.required(name, AMOUNT) for name in ("value", "plan_value"))
    gap = fields.required("gap", number(-1e9, 1))
    unassigned = fields.required_part("unassigned", _read_tiers)
    method = fields.required("method", text)
    elapsed_s = fields.required("elapsed_s", number(0, 1e9, what="seconds"))
    return fields.build(
        lambda: RunBound(objective, value, plan_value, gap, unassigned, method, elapsed_s)
    )


def _read_tiers(found: Findings, value: object, pointer: str) -> tuple[int, int, int, int]:
    fields = Fields(found, value, pointer)
    low, normal, high, mandatory = (fields.required(name, COUNT) for name in TIER_FIELDS)
    fields.build(lambda: None)
    return low, normal, high, mandatory
