"""The report of a what-if as one HTML page: tables and drawn charts, nothing fetched, no scripts.

Every text of a stranger is escaped, and the page forbids itself everything but its own style.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

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
WIDTH, ROW, LEFT, RIGHT = 760, 30, 230, 130
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
svg text{font:12px system-ui,sans-serif;fill:#1b2733}.note{color:#55636f}
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
        parts = [
            "<!doctype html>",
            f'<html lang="{("en", "zh-CN")[self.tongue]}"><head><meta charset="utf-8">',
            POLICY,
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{self.word('title')}</title><style>{STYLE}</style></head><body>",
            f"<h1>{self.word('title')}</h1>",
            f'<p class="note">{escape(how.format(**report))}; {self.word("constant")}</p>',
            self._base(report["base"]),
            *(self._chart(name, scenarios) for name in CHARTED if scenarios),
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

    def _chart(self, name: str, scenarios: list[Mapping[str, Any]]) -> str:
        """Draw the paired differences of one figure, each with its interval, around zero."""
        pairs = [(one["name"], one["comparison"][name]) for one in scenarios]
        ends = [0.0]
        for _, pair in pairs:
            ends += [pair[key] for key in ("low", "high", "difference") if pair[key] is not None]
        low, high = min(ends), max(ends)
        room = (high - low) * 0.08 or 1.0
        low, high = low - room, high + room

        def at(value: float) -> float:
            return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)

        height = ROW * len(pairs) + 16
        zero = f'<line x1="{at(0):.1f}" y1="4" x2="{at(0):.1f}" y2="{height - 8}" '
        drawn = [zero + 'stroke="#8796a3" stroke-dasharray="3 3"/>']
        for i, (title, pair) in enumerate(pairs):
            y = ROW * i + 20
            colour = "#55636f"
            if pair["significant"] and pair["probability_better"] is not None:
                colour = "#0b6b3a" if pair["probability_better"] >= 0.5 else "#a11d12"
            short = title if len(title) <= 34 else title[:33] + "…"
            drawn.append(f'<text x="4" y="{y + 4}">{escape(short)}</text>')
            if pair["low"] is not None:
                drawn.append(
                    f'<line x1="{at(pair["low"]):.1f}" y1="{y}" x2="{at(pair["high"]):.1f}" '
                    f'y2="{y}" stroke="{colour}" stroke-width="3"/>'
                )
            drawn.append(
                f'<circle cx="{at(pair["difference"]):.1f}" cy="{y}" r="5" fill="{colour}"/>'
            )
            told = tell_figure(name, pair["difference"], signed=True)
            drawn.append(f'<text x="{WIDTH - RIGHT + 8}" y="{y + 4}">{escape(told)}</text>')
        title = f"{self.figure(name)}: {self.word('difference')}"
        return (
            f"<h3>{title}</h3>"
            f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
            f'aria-label="{title}">{"".join(drawn)}</svg>'
        )
