"""Learning how long things really take, and telling the risk of a plan by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain.risk import DEFAULT_RISK, RiskModel, Spread, learn_risk
from dispatch.formats import parse_case, parse_plan
from dispatch.planning.risk import StopRisk, assess
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import VisitRow

__all__ = ["learn", "learn_daily", "risk_model", "risk_of"]

SETTING = "risk_model"
LEARNED_AT = "risk_model_learned_at"
EVERY = timedelta(days=1)
MOST_PLANS = 200
"""Newest plans whose times are held against what was reported."""


def risk_model(work: UnitOfWork) -> RiskModel:
    """The spreads learned last; the documented defaults when nothing was ever learned."""
    kept = work.log.setting(SETTING)
    if kept is None:
        return DEFAULT_RISK
    values = json.loads(kept)
    return RiskModel(
        {kind: Spread(**spread) for kind, spread in values["work"].items()},
        Spread(**values["travel"]),
        values["observations"],
    )


def learn(work: UnitOfWork) -> RiskModel:
    """Learn the spreads from the reports of the field and keep them."""
    return _keep(work, _learned(work))


def _learned(work: UnitOfWork) -> RiskModel:
    planned = _planned(work)
    return learn_risk(_work(work, planned), _travel(work, planned))


def _keep(work: UnitOfWork, model: RiskModel) -> RiskModel:
    written = {
        "work": {kind: asdict(spread) for kind, spread in model.work.items()},
        "travel": asdict(model.travel),
        "observations": model.observations,
    }
    work.log.keep_setting(SETTING, json.dumps(written))
    work.log.keep_setting(LEARNED_AT, work.now.isoformat())
    work.tell("risk_model_learned", SETTING, written)
    return model


def learn_daily(database: Database) -> bool:
    """Learn once a day what the field has reported, without anybody asking; whether it did."""

    def is_due(work: UnitOfWork) -> bool:
        last = work.log.setting(LEARNED_AT)
        return last is None or datetime.fromisoformat(last) + EVERY <= work.now

    def keep(work: UnitOfWork) -> bool:
        # Another server may have been faster.
        return is_due(work) and _keep(work, model) is model

    # Reading many plans takes a while, so it keeps nobody from writing.
    model = database.read(lambda work: _learned(work) if is_due(work) else DEFAULT_RISK)
    return model.observations > 0 and database.write(keep, actor="watch")


def risk_of(work: UnitOfWork, version: int) -> tuple[RiskModel, tuple[StopRisk, ...]]:
    """The model in force and what it says of one plan."""
    row, model = work.plans.get(version), risk_model(work)
    return model, assess(parse_case(row.case_text), parse_plan(row.plan_text), model)


def _planned(work: UnitOfWork) -> dict[str, dict[str, Any]]:
    """The stop of each visit in the newest plan that was published with it."""
    found: dict[str, dict[str, Any]] = {}
    for plan in work.plans.page(limit=MOST_PLANS):
        if plan.published_at is None:
            continue
        for route in json.loads(plan.plan_text)["routes"]:
            for stop in route["stops"]:
                if stop["visit"]:
                    found.setdefault(stop["visit"], stop)
    return found


def _work(work: UnitOfWork, planned: dict[str, dict[str, Any]]) -> Iterator[tuple[str, float]]:
    for row in work.catalogue.some(VisitRow, planned):
        if row.state != "finished" or row.started_at is None or row.finished_at is None:
            continue
        stop = planned[row.id]
        length = datetime.fromisoformat(stop["finish"]) - datetime.fromisoformat(stop["start"])
        if length > timedelta(0):
            yield row.kind, (row.finished_at - row.started_at) / length


def _travel(work: UnitOfWork, planned: dict[str, dict[str, Any]]) -> Iterator[float]:
    for visit, stop in planned.items():
        if stop["travel_s"] <= 0:
            continue
        reports = {one.type: one.occurred_at for one in work.work.reports(visit)}
        if "en_route" in reports and "arrived" in reports:
            real = (reports["arrived"] - reports["en_route"]).total_seconds()
            yield real / stop["travel_s"]
