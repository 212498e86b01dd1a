"""What one visit for a fault takes: time, skills, tools, parts, hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from dispatch.domain.checks import (
    require_count,
    require_duration,
    require_quantities,
    require_unique,
)
from dispatch.domain.skill import RequiredSkill

__all__ = ["Work"]


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of on-site work, as proposed by the catalogue or settled by a diagnosis.

    Parameters
    ----------
    duration
        Time on site.
    skills, tools, parts
        What to bring; pieces by part.
    crew_size
        Engineers needed at once.
    title, title_en
        For people, in both languages.
    """

    duration: timedelta
    skills: tuple[RequiredSkill, ...] = ()
    tools: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    crew_size: int = 1
    title: str = ""
    title_en: str = ""

    def __post_init__(self) -> None:
        require_duration("duration", self.duration)
        require_unique("skills", (skill.name for skill in self.skills))
        require_unique("tools", self.tools)
        require_quantities("parts", self.parts)
        require_count("crew_size", self.crew_size, 1)
