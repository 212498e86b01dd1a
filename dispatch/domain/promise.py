"""What a customer has been told about one visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain.checks import require, require_aware

__all__ = ["Promise", "PromiseStage"]


class PromiseStage(StrEnum):
    """How far a promise has gone; the later, the dearer to move."""

    DRAFT = "draft"
    PUBLISHED = "published"
    NOTIFIED = "notified"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"


@dataclass(frozen=True, slots=True)
class Promise:
    """Work was promised to start between ``start`` and ``end`` (both included)."""

    start: datetime
    end: datetime
    stage: PromiseStage = PromiseStage.PUBLISHED

    def __post_init__(self) -> None:
        require_aware("start", self.start)
        require_aware("end", self.end)
        require(
            self.start <= self.end, "end", self.end, f"not before start {self.start.isoformat()}"
        )

    def kept_by(self, start: datetime) -> bool:
        """Tell whether work starting at an instant keeps the promise."""
        return self.start <= start <= self.end
