"""What a customer reads, in English and in Chinese; plain text, never markup."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

__all__ = ["NoticeKind", "write_notice"]


class NoticeKind(StrEnum):
    """What a customer is told of."""

    APPOINTMENT_CONFIRMED = "appointment_confirmed"
    ON_THE_WAY = "on_the_way"
    DELAY = "delay"
    MAINTENANCE_AHEAD = "maintenance_ahead"
    REPORT = "report"
    SURVEY = "survey"


_K = NoticeKind
TEXTS: Mapping[NoticeKind, Mapping[str, tuple[str, str]]] = {
    _K.APPOINTMENT_CONFIRMED: {
        "en": (
            "Appointment confirmed",
            (
                "{engineer_en} will start work at {site_en} on {day} between {from_time} and {to_time}."
                " Reference: {reference}."
            ),
        ),
        "zh": (
            "预约已确认",
            "工程师{engineer}将于{day} {from_time}至{to_time}到{site}开始工作。编号：{reference}。",
        ),
    },
    _K.ON_THE_WAY: {
        "en": (
            "Engineer on the way",
            (
                "{engineer_en} is on the way to {site_en} and is expected at {eta}."
                " Reference: {reference}."
            ),
        ),
        "zh": (
            "工程师已出发",
            "工程师{engineer}已出发前往{site}，预计{eta}到达。编号：{reference}。",
        ),
    },
    _K.DELAY: {
        "en": (
            "Delay",
            (
                "We are sorry: work at {site_en} is now expected to start at {eta} instead of by"
                " {to_time}, because {reason_en}. Reference: {reference}."
            ),
        ),
        "zh": (
            "时间变更",
            (
                "非常抱歉：由于{reason}，{site}的工作预计{eta}开始（原定不晚于{to_time}）。"
                "编号：{reference}。"
            ),
        ),
    },
    _K.MAINTENANCE_AHEAD: {
        "en": (
            "Maintenance next month",
            (
                "Maintenance of {equipment} at {site_en} is due on {day}. We will confirm the"
                " appointment. Reference: {reference}."
            ),
        ),
        "zh": (
            "保养通知",
            "{site}的{equipment}将于{day}到期保养，具体时间另行确认。编号：{reference}。",
        ),
    },
    _K.REPORT: {
        "en": (
            "Service report",
            "The report of the visit to {site_en} is ready: {text} Reference: {reference}.",
        ),
        "zh": ("服务报告", "{site}的服务报告已完成：{text} 编号：{reference}。"),
    },
    _K.SURVEY: {
        "en": (
            "How did we do?",
            (
                "The fault at {site_en} has been solved. Please tell us how content you are, from 1 to"
                " 5. Reference: {reference}."
            ),
        ),
        "zh": ("满意度调查", "{site}的故障已处理完毕，请您打分（1至5分）。编号：{reference}。"),
    },
}
REASONS: Mapping[str, tuple[str, str]] = {
    "overrun": ("a visit before yours takes longer than expected", "前一项工作用时超出预计"),
    "travel": ("the journey takes longer than expected", "路上用时超出预计"),
    "late_departure": ("our engineer set out later than planned", "工程师出发晚于计划"),
    "no_report": ("the visits before yours take longer than planned", "前面的工作尚未完成"),
    "": ("the day's plan has changed", "当日计划有变动"),
}


def write_notice(kind: NoticeKind, data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Write a notice in both languages.

    Parameters
    ----------
    kind
        What it is about.
    data
        Plain texts by name; what a template names and the data lack stays out.

    Returns
    -------
    dict
        By language (``en``, ``zh``) a ``subject`` and a ``body``.
    """
    reason_en, reason = REASONS.get(str(data.get("reason_code", "")), REASONS[""])
    known = _Known({**data, "reason": reason, "reason_en": reason_en})
    return {
        language: {"subject": subject, "body": body.format_map(known)}
        for language, (subject, body) in TEXTS[kind].items()
    }


class _Known(dict[str, Any]):
    """Values for a template; a value with braces in it is a value, never a template."""

    def __missing__(self, key: str) -> str:
        return ""
