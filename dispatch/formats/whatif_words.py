"""What the figures of a what-if are called, in both languages, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "FIGURE_WORDS",
    "MONEY",
    "POLICY_WORDS",
    "SHARES",
    "TEXTS",
    "reasons_of",
    "tell_figure",
    "tell_left",
    "tell_ratio",
]

SEVERITY_WORDS = {
    "critical": ("critical", "紧急"),
    "major": ("major", "严重"),
    "minor": ("minor", "一般"),
    "consultation": ("consultation", "咨询"),
}
FIGURE_WORDS: dict[str, tuple[str, str]] = {
    "on_time": ("arrivals on time", "准时到达率"),
    **{
        f"on_time_{key}": (f"on time, {en}", f"准时到达率（{zh}）")
        for key, (en, zh) in SEVERITY_WORDS.items()
    },
    "response_min": ("time to respond (min)", "平均响应（分钟）"),
    "cost": ("cost", "总费用"),
    "cost_labour": ("labour", "人工"),
    "cost_overtime": ("overtime pay", "加班费"),
    "cost_travel": ("travel cost", "交通费"),
    "cost_sla": ("SLA breaches", "违约费"),
    "cost_change": ("price of the change", "方案费用"),
    "requests": ("requests that came in", "新请求"),
    "visits_done": ("visits done", "完成任务"),
    "visits_left": ("visits left", "未完成任务"),
    "utilisation": ("utilisation", "利用率"),
    "travel_share": ("travel share", "行程占比"),
    "work_h": ("working time (h)", "工时（小时）"),
    "travel_h": ("travel (h)", "行程（小时）"),
    "overtime_h": ("overtime (h)", "加班（小时）"),
    "travel_km": ("travel (km)", "行程（公里）"),
    "promises_moved": ("promises moved", "变更的承诺"),
    "sent_in_vain": ("sent in vain", "空跑"),
    "replans": ("plans made", "计划次数"),
}
"""English and Simplified Chinese, by the names of the report."""

POLICY_WORDS = {
    "ours": ("event-driven planning", "事件驱动规划"),
    "nearest": ("nearest available engineer", "最近的空闲工程师"),
    "deadline": ("earliest deadline first", "最早期限优先"),
    "morning": ("plan in the morning only", "仅早上规划"),
    "insert": ("insert only", "仅插入"),
    "every30": ("full re-plan every 30 min", "每 30 分钟全部重排"),
}
SHARES = frozenset(
    name
    for name in FIGURE_WORDS
    if name.startswith("on_time") or name in ("utilisation", "travel_share")
)
MONEY = frozenset(name for name in FIGURE_WORDS if name.startswith("cost"))

LEFT_WORDS = {
    "NO_CAPACITY": ("everybody who could was elsewhere", "有能力者均在别处"),
    "NO_PART": ("a part is missing", "缺备件"),
    "NO_SKILL": ("nobody has the skills", "无人具备技能"),
    "LEVEL_TOO_LOW": ("the level is too low", "技能级别不足"),
    "NO_TOOL": ("a tool is missing", "缺工具"),
    "CREW_TOO_SMALL": ("too few for the crew", "人数不足"),
    "WINDOW_CLOSED": ("nobody works in its time window", "时间窗内无人当班"),
    "FORBIDDEN_ENGINEER": ("nobody is allowed", "无可用人员"),
}
"""Why nobody came, by the code of the reason."""

MARK = "; an asterisk marks differences whose interval leaves zero out"
TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("What if", "假设分析"),
    "base": ("base", "现状"),
    "figure": ("figure", "指标"),
    "scenario": ("scenario", "方案"),
    "difference": ("difference", "差值"),
    "interval": ("95 % interval", "95% 区间"),
    "better": ("better in", "优于现状的概率"),
    "variance": ("variance cut", "方差缩减"),
    "left": ("visits that nobody came to, per replication", "每次模拟中无人前往的任务"),
    "reason": ("reason", "原因"),
    "of": (": ", "："),
    "from_base": ("difference from the base", "与现状之差"),
    "points": (" (percentage points)", "（百分点）"),
    "money": (" (money a replication)", "（每次模拟的金额）"),
    "how_drawn": (
        "dot: mean difference, hollow where zero is as likely; line: 95 % interval",
        "圆点：平均差值（空心表示与零无显著差异）；横线：95% 区间",
    ),
    "none": ("none", "无"),
    "constant": (
        "∞: the difference is the same in every future, though the figure varies",
        "∞：指标本身有波动，但差值在每个未来中都相同",
    ),
    "how": (
        "{replications} replications of {days} day(s), the same futures for every world" + MARK,
        "模拟 {replications} 次，每次 {days} 天，各方案面对相同的未来；星号表示区间不含零的差值",
    ),
    "apart": (
        "{replications} replications of {days} day(s), futures of its own for every world" + MARK,
        "模拟 {replications} 次，每次 {days} 天，各方案的未来相互独立；星号表示区间不含零的差值",
    ),
}


def tell_figure(name: str, value: float | None, *, signed: bool = False) -> str:
    """Write one figure for people: shares in percent, money in major units."""
    if value is None:
        return "-"
    plus = "+" if signed else ""
    # Zero added makes a negative zero, which a tiny difference is rounded to, a positive one.
    if name in SHARES:
        return f"{round(100 * value, 1) + 0.0:{plus}.1f} %"
    if name in MONEY:
        return f"{round(value / 100, 2) + 0.0:{plus},.2f}"
    return f"{round(value, 1) + 0.0:{plus},.1f}"


def tell_ratio(pair: Mapping[str, Any]) -> str:
    """Write how many times common futures cut the variance of a difference; ∞: all of it."""
    if pair["variance_ratio"] is None:
        return "∞" if pair.get("constant") else "-"
    return f"{pair['variance_ratio']:.1f} ×"


def tell_left(code: str, tongue: int) -> str:
    """Write why nobody came, with the code of plans."""
    words = LEFT_WORDS.get(code)
    return code if words is None else f"{words[tongue]} ({code})"


def reasons_of(one: Mapping[str, Any], base: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """List the reasons of a scenario or of its base: code, visits in the base, in the scenario."""
    before, after = base["unassigned"], one["unassigned"]
    return [
        (code, before.get(code, 0.0), after.get(code, 0.0)) for code in sorted({*before, *after})
    ]
