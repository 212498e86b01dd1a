"""The report of a what-if as one HTML page: tables and drawn charts, nothing fetched, no scripts.

Every text of a stranger is escaped, and the page forbids itself everything but its own style.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dispatch.formats.whatif_chart import draw_differences
from dispatch.formats.whatif_words import (
    FIGURE_WORDS,
    POLICY_WORDS,
    TEXTS,
    reasons_of,
    tell_figure,
    tell_left,
    tell_ratio,
)

__all__ = ["format_whatif_html"]

CHARTED = ("on_time", "on_time_critical", "on_time_major", "on_time_minor", "cost", "utilisation")
POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
STYLE = """
body{font:15px/1.45 system-ui,'Noto Sans SC',sans-serif;margin:2rem auto;max-width:70rem;
padding:0 1rem;color:#1b2733;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.2rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%}th,td{padding:.25rem .6rem;text-align:right;
border-bottom:1px solid #d9e0e6;font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left}
tr.good td.difference{color:#0b6b3a;font-weight:600}tr.bad td.difference{color:#a11d12;font-weight:600}
svg{max-width:100%;height:auto}
svg text{font:12px system-ui,'Noto Sans SC',sans-serif;fill:#1b2733}.note{color:#55636f}
"""


def format_whatif_html(report: Mapping[str, Any], language: str = "en") -> str:
    """Write the page.

    Parameters
    ----------
    report
        The document of a what-if, see docs/what-if.md.
    language
        ``en`` or ``zh``.
    """
    page = _Page(report, 1 if language == "zh" else 0)
    return page.written()


class _Page:
    def __init__(self, report: Mapping[str, Any], tongue: int) -> None:
        self.report, self.tongue = report, tongue

    def word(self, key: str) -> str:
        return escape(TEXTS[key][self.tongue])

    def figure(self, name: str) -> str:
        return escape(FIGURE_WORDS[name][self.tongue])

    def written(self) -> str:
        report = self.report
        how = TEXTS["how" if report["common_random_numbers"] else "apart"][self.tongue]
        scenarios = report["scenarios"]
        charted = [name for name in CHARTED if scenarios]
        parts = [
            "<!doctype html>",
            f'<html lang="{("en", "zh-CN")[self.tongue]}"><head><meta charset="utf-8">',
            POLICY,
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{self.word('title')}</title><style>{STYLE}</style></head><body>",
            f"<h1>{self.word('title')}</h1>",
            f'<p class="note">{escape(how.format(**report))}; {self.word("constant")}</p>',
            self._base(report["base"]),
            *(draw_differences(name, scenarios, self.tongue) for name in charted),
            f'<p class="note">{self.word("how_drawn")}</p>' if charted else "",
            *(self._scenario(one) for one in scenarios),
            "</body></html>",
        ]
        return "\n".join(parts) + "\n"

    def _base(self, base: Mapping[str, Any]) -> str:
        policy = POLICY_WORDS.get(base["policy"], (base["policy"],) * 2)[self.tongue]
        rows = "".join(
            f"<tr><td>{self.figure(name)}</td><td>{tell_figure(name, one['mean'])}</td>"
            f"<td>{self._span(name, one)}</td></tr>"
            for name, one in base["figures"].items()
        )
        head = f"<tr><th>{self.word('figure')}</th><th>{self.word('base')}</th>"
        return (
            f"<h2>{self.word('base')} ({escape(policy)})</h2>"
            f"<table>{head}<th>{self.word('interval')}</th></tr>{rows}</table>{self._left(base)}"
        )

    def _span(self, name: str, one: Mapping[str, Any], *, signed: bool = False) -> str:
        if one["low"] is None:
            return "-"
        low, high = (tell_figure(name, one[end], signed=signed) for end in ("low", "high"))
        return f"{low} … {high}"

    def _scenario(self, one: Mapping[str, Any]) -> str:
        titles = ("figure", "base", "scenario", "difference", "interval", "better", "variance")
        head = "".join(f"<th>{self.word(key)}</th>" for key in titles)
        rows = "".join(self._row(name, pair) for name, pair in one["comparison"].items())
        return (
            f"<h2>{escape(one['name'])}</h2><table><tr>{head}</tr>{rows}</table>{self._left(one)}"
        )

    def _row(self, name: str, pair: Mapping[str, Any]) -> str:
        better = pair["probability_better"]
        kind = ""
        if pair["significant"] and better is not None:
            kind = ' class="good"' if better >= 0.5 else ' class="bad"'
        cells = (
            ("", self.figure(name)),
            ("", tell_figure(name, pair["base"])),
            ("", tell_figure(name, pair["scenario"])),
            (
                ' class="difference"',
                tell_figure(name, pair["difference"], signed=True)
                + (" *" if pair["significant"] else ""),
            ),
            ("", self._span(name, pair, signed=True)),
            ("", "-" if better is None else f"{100 * better:.0f} %"),
            ("", tell_ratio(pair)),
        )
        return f"<tr{kind}>" + "".join(f"<td{c}>{text}</td>" for c, text in cells) + "</tr>"

    def _left(self, one: Mapping[str, Any]) -> str:
        base = self.report["base"]
        columns = ("reason", "base") if one is base else ("reason", "base", "scenario")
        head = "".join(f"<th>{self.word(key)}</th>" for key in columns)
        rows = ""
        for code, before, after in reasons_of(one, base):
            told = (escape(tell_left(code, self.tongue)), f"{before:.2f}", f"{after:.2f}")
            rows += "<tr>" + "".join(f"<td>{t}</td>" for t in told[: len(columns)]) + "</tr>"
        if not rows:
            rows = f'<tr><td colspan="{len(columns)}">{self.word("none")}</td></tr>'
        return f"<h3>{self.word('left')}</h3><table><tr>{head}</tr>{rows}</table>"
