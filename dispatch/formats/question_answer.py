"""The answer to a question of a manager in sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

__all__ = ["answer_of", "tell_money", "tell_one_more", "tell_share"]

Row = Mapping[str, Any]

ONE_MORE = {
    "engineer": ("one engineer more in {who}", "{who} 增加一名工程师"),
    "skill": ("{who} learns {what}", "{who} 掌握 {what}"),
    "hour": ("one hour more for {who}", "{who} 的班次延长一小时"),
    "part": ("one {what} more in each van", "每辆车多带一件 {what}"),
}
SENTENCES: Mapping[str, tuple[str, str]] = {
    "team": (
        (
            "{where}: {smallest} engineer(s) are enough, {on_time} of {promised} critical arrivals are"
            " on time; today there are {today}."
        ),
        "{where}：{smallest} 名工程师即可，{promised} 次紧急到达中准时率为 {on_time}；现有 {today} 名。",
    ),
    "team_none": (
        (
            "{where}: no team of up to {most} engineers is enough; with {most}, {on_time} of {promised}"
            " critical arrivals are on time. Today there are {today}."
        ),
        (
            "{where}：试算至 {most} 名工程师仍不够；{most} 名时，{promised} 次紧急到达中准时率为"
            " {on_time}。现有 {today} 名。"
        ),
    ),
    "everywhere": ("whole company", "全公司"),
    "skilled": ("{where} ({skill})", "{where}（{skill}）"),
    "unsure": (
        (
            "That was seen in {runs} futures with {promised} critical arrivals, too little to be sure;"
            " more futures or days help."
        ),
        "以上为 {runs} 次模拟、{promised} 次紧急到达中的观察结果，尚不足以确定；可增加模拟次数或天数。",
    ),
    "holds": (
        "The team holds at {holds} times today's demand and breaks at {breaks} times.",
        "团队可承受现有需求的 {holds} 倍，到 {breaks} 倍时失守。",
    ),
    "always": (
        "The team holds at {holds} times today's demand, the most that was tried.",
        "团队在试算的最大需求（现有的 {holds} 倍）下仍可承受。",
    ),
    "never": ("The team already breaks at today's demand.", "团队在现有需求下已失守。"),
    "worth": (
        "Worth most: {what}, which saves {value} a day ({low} to {high}), its own price apart.",
        "价值最大：{what}，每日节省 {value}（{low} 至 {high}），未计其自身成本。",
    ),
    "worthless": (
        "Nothing clearly saves money; most likely {what} does, {value} a day ({low} to {high}).",
        "没有明显省钱的选项；最可能的是 {what}，每日 {value}（{low} 至 {high}）。",
    ),
    "best": (
        (
            "Best: {place}, which saves {value} a day against today ({low} to {high}), its own price"
            " apart."
        ),
        "最佳：{place}，与现状相比每日节省 {value}（{low} 至 {high}），未计其自身成本。",
    ),
    "best_unclear": (
        "None clearly saves money; most likely {place} does, {value} a day ({low} to {high}).",
        "没有明显省钱的选项；最可能的是 {place}，每日 {value}（{low} 至 {high}）。",
    ),
    "rivals": (
        "Not clearly worse: {rivals}.",
        "未明显更差：{rivals}。",
    ),
    "sla_price": (
        (
            "Sell it for at least {safe_per_customer} a month and customer: it costs {least} a month in"
            " all, {safe} at the upper end of the 95 % interval, for {customers} customer(s)."
        ),
        (
            "每客户每月售价应不低于 {safe_per_customer}：{customers} 家客户合计每月成本 {least}，"
            "95% 区间上限为 {safe}。"
        ),
    ),
    "sla_free": (
        "The tighter promise costs nothing that could be seen in {runs} futures.",
        "{runs} 次模拟中未见更严承诺带来额外成本。",
    ),
    "nothing": ("There was nothing to compare.", "没有可比较的内容。"),
    "list": (", ", "、"),
}


def answer_of(report: Mapping[str, Any], tongue: int) -> list[str]:
    """Say what was found, one sentence or two for each answer."""
    rows: Sequence[Row] = report["rows"]
    if not rows:
        return [_say("nothing", tongue)]
    kind = report["question"]
    if kind == "team":
        return [
            sentence
            for _, tried in groupby(rows, lambda row: (row["territory"], row["skill"]))
            for sentence in _team(list(tried), tongue)
        ]
    if kind == "breaking":
        return _breaking(rows, tongue)
    if kind == "worth":
        return _worth(rows[0], tongue)
    if kind == "sla_price":
        free = rows[0]["safe"] <= 0
        money = {name: tell_money(rows[0][name]) for name in ("least", "safe", "safe_per_customer")}
        return [_say("sla_free" if free else "sla_price", tongue, **{**rows[0], **money})]
    return _best(rows, tongue)


def tell_money(value: float) -> str:
    """Write money in major units."""
    return f"{round(value / 100, 2) + 0.0:,.2f}"


def tell_share(value: float) -> str:
    """Write a share in percent."""
    return f"{100 * value:.1f} %"


def tell_one_more(row: Row, tongue: int) -> str:
    """Say what there would be one more of."""
    who = row["who"] or _say("everywhere", tongue)
    return ONE_MORE[row["kind"]][tongue].format(who=who, what=row["what"])


def _say(key: str, tongue: int, **values: object) -> str:
    return SENTENCES[key][tongue].format(**values)


def _team(tried: Sequence[Row], tongue: int) -> list[str]:
    first = tried[0]
    where = first["territory"] or _say("everywhere", tongue)
    if first["skill"]:
        where = _say("skilled", tongue, where=where, skill=first["skill"])
    smallest = first["smallest"]
    told = next((row for row in tried if row["engineers"] == smallest), tried[-1])
    key = "team_none" if smallest is None else "team"
    values = {
        "where": where,
        "smallest": smallest,
        "most": told["engineers"],
        "on_time": tell_share(told["on_time"]),
        "promised": told["promised"],
        "today": first["today"],
    }
    near = [row for row in tried if row is told or row["engineers"] == told["engineers"] - 1]
    return [_say(key, tongue, **values), *_doubt(near, tongue)]


def _breaking(rows: Sequence[Row], tongue: int) -> list[str]:
    ends = {name: rows[0][name] for name in ("holds", "breaks")}
    key = "never" if ends["holds"] is None else "always" if ends["breaks"] is None else "holds"
    told = {name: f"{value:g}" for name, value in ends.items() if value is not None}
    near = [row for row in rows if row["factor"] in ends.values()]
    return [_say(key, tongue, **told), *_doubt(near, tongue)]


def _doubt(rows: Sequence[Row], tongue: int) -> list[str]:
    """Say that an answer is not clear, where one of its two ends is not."""
    unsure = [row for row in rows if not row["sure"]]
    return [_say("unsure", tongue, **unsure[0])] if unsure else []


def _worth(row: Row, tongue: int) -> list[str]:
    clear = row["low"] is not None and row["low"] > 0
    key = "worth" if clear else "worthless"
    return [_say(key, tongue, what=tell_one_more(row, tongue), **_money(row))]


def _best(rows: Sequence[Row], tongue: int) -> list[str]:
    clear = rows[0]["low"] is not None and rows[0]["low"] > 0
    told = [
        _say("best" if clear else "best_unclear", tongue, place=rows[0]["place"], **_money(rows[0]))
    ]
    rivals = [str(row["place"]) for row in rows[1:] if row["left"]]
    if rivals:
        told.append(_say("rivals", tongue, rivals=_say("list", tongue).join(rivals)))
    return told


def _money(row: Row) -> dict[str, str]:
    ends = ("value", "low", "high")
    return {name: "-" if row[name] is None else tell_money(row[name]) for name in ends}
