"""The rules a hand-made move can break, in words for people, English and Simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.domain import Engineer, Visit

__all__ = ["HARD_RULES", "lacking", "say_rule"]

HARD_RULES: Mapping[str, tuple[str, str]] = {
    "SKILL": ("{engineer} lacks a skill that {visit} needs", "{engineer} 缺少 {visit} 所需技能"),
    "SKILL_LEVEL": (
        "{engineer} is not trained far enough for {visit}",
        "{engineer} 的技能等级不足以承担 {visit}",
    ),
    "REQUIRED_ENGINEER": (
        "{visit} asks for somebody else than {engineer}",
        "{visit} 指定了 {engineer} 以外的工程师",
    ),
    "FORBIDDEN_ENGINEER": ("{engineer} must not go to {visit}", "{visit} 不允许派 {engineer}"),
    "TOOL": ("{engineer} has no tool for {visit} on board", "{engineer} 未携带 {visit} 所需工具"),
    "PART_STOCK": (
        "{engineer} has too few parts on board for {visit}",
        "{engineer} 车上备件不够用于 {visit}",
    ),
    "PARTS": ("the parts for {visit} are not all brought", "{visit} 所需备件未全部带到"),
    "DEPOT_STOCK": ("the depot has too few parts left", "仓库备件不足"),
    "DEPOT_OPENING": ("a pickup lies outside the depot's hours", "取件时间不在仓库开放时间内"),
    "LOADED": ("a pickup loads what nobody needs or has", "取件数量与需要不符"),
    "WINDOW": ("{visit} starts outside its time window", "{visit} 的开始时间不在时间窗内"),
    "PLANNING_WINDOW": ("{visit} starts outside the planning window", "{visit} 超出计划时段"),
    "DUE_WINDOW": ("{visit} starts outside its due dates", "{visit} 不在到期允许范围内"),
    "SHIFT_START": ("the route of {engineer} starts before the shift", "{engineer} 早于班次出发"),
    "SHIFT_END": (
        "the route of {engineer} ends after the shift and its overtime",
        "{engineer} 的路线超出班次及允许的加班时间",
    ),
    "MAX_TRAVEL": ("{engineer} travels longer than allowed", "{engineer} 的行程时间超过上限"),
    "BREAK_MISSING": ("{engineer} has no time left for a break", "{engineer} 没有时间休息"),
    "BREAK_WINDOW": (
        "a break of {engineer} lies outside its hours",
        "{engineer} 的休息不在规定时段",
    ),
    "UNREACHABLE": ("no way leads to {visit}", "无法到达 {visit}"),
    "CREW_SIZE": ("{visit} needs another number of engineers", "{visit} 的人数不符"),
    "CREW_SAME_ENGINEER": (
        "{visit} needs two different engineers",
        "{visit} 需要不同的工程师共同完成",
    ),
    "CREW_START": ("the crew of {visit} does not start together", "{visit} 的小组未同时开始"),
    "AFTER_UNASSIGNED": ("{visit} waits for a visit that nobody makes", "{visit} 的前序任务未安排"),
    "AFTER_ORDER": ("{visit} comes before the visit it must follow", "{visit} 早于其前序任务"),
    "AFTER_MIN": ("{visit} follows too soon", "{visit} 与前序任务间隔过短"),
    "AFTER_MAX": ("{visit} follows too late", "{visit} 与前序任务间隔过长"),
    "PIN": ("{visit} is pinned elsewhere", "{visit} 已固定在别处"),
    "FREEZE": ("{visit} is frozen where it was", "{visit} 已冻结，不可移动"),
    "HISTORY": ("{visit} has begun already", "{visit} 已经开始"),
    "NOW": ("{visit} would start in the past", "{visit} 的开始时间已过"),
}
"""By the auditor's rule: what it means. Rules not named here are about figures and reasons."""


def lacking(rule: str, visit: Visit, engineer: Engineer) -> tuple[str, str]:
    """Name what somebody lacks for a visit, in English and Chinese; empty where nothing is."""
    if rule in ("SKILL", "SKILL_LEVEL"):
        has = {one.name: one.level for one in engineer.skills}
        short = [one for one in visit.required_skills if has.get(one.name, 0) < one.min_level]
        return (
            ", ".join(f"{one.name} (level {one.min_level})" for one in short),
            "、".join(f"{one.name}（{one.min_level} 级）" for one in short),
        )
    missing: list[str] = []
    if rule == "TOOL":
        missing = [one for one in visit.required_tools if one not in engineer.tools]
    if rule in ("PART_STOCK", "PARTS"):
        aboard = engineer.van_stock
        short_of = {
            part
            for part, needed in visit.parts.items()
            if (have := aboard.get(part, 0)) is not None and have < needed
        }
        missing = sorted(short_of or visit.parts)
    return ", ".join(missing), "、".join(missing)


def say_rule(
    rule: str, *, visit: str, engineer: str, what: tuple[str, str] = ("", "")
) -> tuple[str, str]:
    """Say a broken rule in English and in Simplified Chinese.

    Parameters
    ----------
    rule
        One of `HARD_RULES`.
    visit, engineer
        Names for people; empty where none is concerned.
    what
        What is lacking, in both languages, where that can be named.
    """
    english, chinese = HARD_RULES[rule]
    names = {"visit": visit or "a visit", "engineer": engineer or "an engineer"}
    sentence = english.format_map(names)
    names_zh = {"visit": visit or "某任务", "engineer": engineer or "某工程师"}
    told, told_zh = (f": {what[0]}", f"：{what[1]}") if what[0] else ("", "")
    return (
        f"{sentence[0].upper()}{sentence[1:]}{told}.",
        f"{chinese.format_map(names_zh)}{told_zh}。",
    )
