"""The answer to a question as a table: CSV for programs, a page for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from html import escape
from typing import Any

from dispatch.formats.csv_writing import with_apostrophe
from dispatch.formats.question_answer import answer_of, tell_money, tell_one_more, tell_share
from dispatch.formats.whatif_html import POLICY, STYLE

__all__ = [
    "COLUMN_WORDS",
    "QUESTION_WORDS",
    "format_question_csv",
    "format_question_html",
    "tell_question",
]

QUESTION_WORDS: Mapping[str, tuple[str, str]] = {
    "team": ("Smallest team", "最小团队"),
    "worth": ("Value of one more", "增加一个单位的价值"),
    "home": ("Best home", "最佳驻地"),
    "depot": ("Best depot", "最佳仓库位置"),
    "best": ("Best scenario", "最佳方案"),
    "sla_price": ("Price of a tighter promise", "更严承诺的价格"),
    "breaking": ("Demand at which the team breaks", "团队无法承受的需求"),
}
COLUMN_WORDS: Mapping[str, tuple[str, str]] = {
    "territory": ("territory", "区域"),
    "skill": ("skill", "技能"),
    "today": ("engineers today", "现有工程师"),
    "smallest": ("smallest team", "最小团队"),
    "engineers": ("engineers tried", "试算人数"),
    "on_time": ("on time", "准时率"),
    "on_time_critical": ("critical on time, change", "紧急准时率变化"),
    "visits_done": ("visits done a day, change", "每日完成上门数变化"),
    "on_time_change": ("on time, change", "准时率变化"),
    "kept": ("kept", "达标"),
    "sure": ("clear", "结论明确"),
    "promised": ("critical arrivals", "紧急到达数"),
    "runs": ("futures", "模拟次数"),
    "change": ("one more", "增加"),
    "value": ("saved a day", "每日节省"),
    "low": ("from", "下限"),
    "high": ("to", "上限"),
    "place": ("choice", "选项"),
    "left": ("not clearly worse", "未明显更差"),
    "contract": ("contract", "合同"),
    "customers": ("customers", "客户数"),
    "least": ("costs a month", "每月成本"),
    "safe": ("safe price a month", "每月安全价"),
    "least_per_customer": ("costs a month, each", "每客户每月成本"),
    "safe_per_customer": ("safe price, each", "每客户安全价"),
    "holds": ("holds at", "可承受倍数"),
    "breaks": ("breaks at", "失守倍数"),
    "factor": ("demand tried", "试算倍数"),
}
MONEY = {"value", "low", "high", "least", "safe"} | {
    "least_per_customer",
    "safe_per_customer",
}
SHARES = {"on_time"}
POINTS = {"on_time_change", "on_time_critical"}
COUNTS = {"visits_done"}
HIDDEN = {"kind", "who", "what"}
"""What is told in other words."""
YES_NO = (("no", "yes"), ("否", "是"))


def format_question_csv(report: Mapping[str, Any]) -> str:
    """Write the rows; texts that a spreadsheet would run are made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rows = report["rows"]
    names = list(rows[0]) if rows else []
    writer.writerow(names)
    for row in rows:
        cells = ("" if row[name] is None else row[name] for name in names)
        writer.writerow(with_apostrophe(one) if isinstance(one, str) else one for one in cells)
    return out.getvalue()


def tell_question(report: Mapping[str, Any], language: str = "en") -> dict[str, Any]:
    """Say an answer for people.

    Parameters
    ----------
    report
        Kind and rows.
    language
        ``en`` or ``zh``.

    Returns
    -------
    dict
        Sentences as ``answer``, and the evidence as a table: ``head`` and ``rows``.
    """
    tongue = 1 if language == "zh" else 0
    rows = report["rows"]
    names = [name for name in rows[0] if name not in HIDDEN] if rows else []
    return {
        "answer": answer_of(report, tongue),
        "head": [COLUMN_WORDS[name][tongue] for name in names],
        "rows": [[_cell(name, row, tongue) for name in names] for row in rows],
    }


def format_question_html(report: Mapping[str, Any], title: str, language: str = "en") -> str:
    """Write the page.

    Parameters
    ----------
    report
        Kind and rows.
    title
        What the asker called it.
    language
        ``en`` or ``zh``.
    """
    tongue = 1 if language == "zh" else 0
    told = tell_question(report, language)
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in told["head"])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in told["rows"]
    )
    kind = QUESTION_WORDS[report["question"]][tongue]
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{("en", "zh-CN")[tongue]}"><head><meta charset="utf-8">',
            POLICY,
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1><h2>{escape(kind)}</h2>",
            *(f"<p>{escape(one)}</p>" for one in told["answer"]),
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
            "</body></html>\n",
        )
    )


def _cell(name: str, row: Mapping[str, Any], tongue: int) -> str:
    value = row[name]
    if name == "change" and "kind" in row:
        return tell_one_more(row, tongue)
    if value is None:
        return "-"
    if isinstance(value, bool):
        return YES_NO[tongue][value]
    if name in MONEY:
        return tell_money(value)
    if name in SHARES:
        return tell_share(value)
    if name in COUNTS:
        return f"{round(value, 1) + 0.0:+.1f}"
    if name in POINTS:
        return f"{round(100 * value, 1) + 0.0:+.1f} %"
    return f"{value:g}" if isinstance(value, float) else str(value)
