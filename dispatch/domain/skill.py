"""What an engineer can do, and what a visit asks for."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.domain.checks import require_count, require_id

__all__ = ["RequiredSkill", "Skill"]


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill an engineer has, with its level (1 is the lowest)."""

    name: str
    level: int = 1

    def __post_init__(self) -> None:
        require_id("name", self.name)
        require_count("level", self.level, 1)


@dataclass(frozen=True, slots=True)
class RequiredSkill:
    """A skill a visit asks for: the same name at ``min_level`` or above."""

    name: str
    min_level: int = 1

    def __post_init__(self) -> None:
        require_id("name", self.name)
        require_count("min_level", self.min_level, 1)
