"""A spare part as the company lists it."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.domain.checks import require_count, require_id

__all__ = ["Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """A spare part.

    Parameters
    ----------
    id, name, name_en
        Its number, and its name in both languages.
    unit_price
        In minor units.
    unit
        What one piece is: ``"pc"``, ``"m"``, ``"bottle"``.
    """

    id: str
    name: str = ""
    name_en: str = ""
    unit_price: int = 0
    unit: str = "pc"

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_count("unit_price", self.unit_price)
