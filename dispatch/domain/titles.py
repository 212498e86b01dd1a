"""What a visit is called on a board and on a phone."""

from __future__ import annotations

from dispatch.domain.site import Site

__all__ = ["visit_title"]


def visit_title(site: Site, text: str, text_en: str = "") -> str:
    """Name a visit after its site and what is to be done, in both languages where known."""
    what = f"{text} ({text_en})" if text and text_en else text or text_en
    where = f"{site.name} {site.name_en}".strip()
    return " · ".join(part for part in (where, what) if part)
