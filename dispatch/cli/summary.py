"""The summary of a plan on stderr: who goes where, what is left out and why, what it costs."""

from __future__ import annotations

import sys
from typing import Literal, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.cli.terminal import plain
from dispatch.domain import Case, Plan, PlanRoute, Reason, StopKind
from dispatch.planning.sentences import length_of_time

__all__ = ["print_summary"]

HEADINGS = {
    "en": ("engineer", "shift", "from", "to", "visits", "travel", "route"),
    "zh": ("工程师", "班次", "出发", "返回", "任务", "行程", "路线"),
}
TITLES = {
    "en": {
        "status": "status",
        "unassigned": "unassigned",
        "cost": "cost",
        "figures": (
            "{visits} visits planned, {unassigned} not; SLA met {sla_met} of {sla_total}; "
            "working time {working}, travel {travel} ({km:.1f} km), overtime {overtime}, "
            "utilisation {utilisation:.0%}"
        ),
        "load": "load of an engineer: {least} to {most}, {mean} on average",
        "bound": "no plan is below {value} ({unit}), this one has {plan}: gap {gap:.2%}",
        "cost_unit": "cost without unassigned visits",
        "working_time_unit": "seconds of working time",
    },
    "zh": {
        "status": "状态",
        "unassigned": "未安排",
        "cost": "费用",
        "figures": (
            "已安排 {visits} 项，未安排 {unassigned} 项；SLA 达标 {sla_met}/{sla_total}；"
            "工时 {working}，行程 {travel}（{km:.1f} 公里），加班 {overtime}，利用率 {utilisation:.0%}"
        ),
        "load": "工程师工作量：{least} 至 {most}，平均 {mean}",
        "bound": "任何计划都不低于 {value}（{unit}），本计划为 {plan}：差距 {gap:.2%}",
        "cost_unit": "费用，不含未安排任务",
        "working_time_unit": "工时秒数",
    },
}

COST_PARTS = (
    "travel",
    "labour",
    "overtime",
    "sla",
    "due",
    "preference",
    "churn",
    "fairness",
    "worst_lateness",
    "risk",
)


def print_summary(
    case: Case, plan: Plan, language: Literal["en", "zh"] = "en", file: TextIO | None = None
) -> None:
    """Print what a dispatcher wants to know first.

    Parameters
    ----------
    case
        The world, for names.
    plan
        The finished plan.
    language
        ``en`` or ``zh``.
    file
        Where to; None: standard error, which leaves standard output to results.
    """
    file = file or sys.stderr
    console = Console(file=file, highlight=False, width=None if file.isatty() else 160)
    words = TITLES[language]
    names = {engineer.id: engineer.name or engineer.id for engineer in case.engineers}
    table = Table(*HEADINGS[language], box=None, pad_edge=False)
    for route in plan.routes:
        table.add_row(*(Text(plain(cell)) for cell in _row(route, names, language)))
    console.print(table)
    for one in plan.unassigned:
        console.print(Text(plain(f"{words['unassigned']} {one.visit} ({one.verdict.value})")))
        for reason in _nearest(one.reasons):
            sentence = reason.message_zh if language == "zh" else reason.message
            console.print(Text(plain(f"  {sentence or reason.code}")))
        if one.remedy is not None:
            remedy = one.remedy
            sentence = remedy.message_zh if language == "zh" else remedy.message
            console.print(Text(plain(f"  -> {sentence or remedy.change}")))
    _print_figures(console, plan, words, language)


def _nearest(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The blockers of the shift that is nearest to taking the visit: the one with the fewest."""
    groups: dict[str | None, list[Reason]] = {}
    for reason in reasons:
        groups.setdefault(reason.shift, []).append(reason)
    return tuple(sorted(groups.values(), key=len)[0]) if groups else ()


def _row(route: PlanRoute, names: dict[str, str], language: Literal["en", "zh"]) -> list[str]:
    marks = {StopKind.PICKUP: "+{0.depot}", StopKind.BREAK: "~", StopKind.VISIT: "{0.visit}"}
    travel = sum(stop.travel_s for stop in route.stops) + route.travel_back_s
    day = "%m-%d %H:%M"
    return [
        names.get(route.engineer, route.engineer),
        route.shift,
        route.start.strftime(day),
        route.end.strftime(day),
        str(sum(stop.kind is StopKind.VISIT for stop in route.stops)),
        length_of_time(travel, language),
        " ".join(marks[stop.kind].format(stop) for stop in route.stops),
    ]


def _print_figures(
    console: Console, plan: Plan, words: dict[str, str], language: Literal["en", "zh"]
) -> None:
    console.print(Text(plain(f"{words['status']}: {plan.status.value}")))
    if plan.kpis is not None:
        kpis = plan.kpis
        figures = words["figures"].format(
            visits=kpis.visits,
            unassigned=kpis.unassigned,
            sla_met=kpis.sla_met,
            sla_total=kpis.sla_total,
            working=length_of_time(kpis.working_time_s, language),
            travel=length_of_time(kpis.travel_s, language),
            km=kpis.travel_m / 1000,
            overtime=length_of_time(kpis.overtime_s, language),
            utilisation=kpis.utilisation,
        )
        console.print(Text(plain(figures)))
        if kpis.load is not None:
            load = kpis.load
            lengths = {"least": load.least_s, "most": load.most_s, "mean": load.mean_s}
            spread = {name: length_of_time(s, language) for name, s in lengths.items()}
            console.print(Text(plain(words["load"].format(**spread))))
    if plan.cost is not None:
        cost = plan.cost
        parts = {name: getattr(cost, name) for name in COST_PARTS}
        told = ", ".join(f"{name} {amount}" for name, amount in parts.items() if amount)
        whole = cost.total - cost.unassigned
        console.print(Text(plain(f"{words['cost']}: {whole}{f' ({told})' if told else ''}")))
    if plan.run is not None and plan.run.bound is not None:
        bound = plan.run.bound
        told = words["bound"].format(
            value=bound.value,
            plan=bound.plan_value,
            unit=words[f"{bound.objective}_unit"],
            gap=bound.gap,
        )
        console.print(Text(plain(f"{told} ({bound.method})")))
