"""What is still to be done on site for a request: the diagnosis, less what visits have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch.domain.checks import require_count, require_duration, require_quantities
from dispatch.domain.work import Work

if TYPE_CHECKING:
    from dispatch.domain.request import Request

__all__ = ["VisitResult", "remaining_work", "work_is_left"]


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How one visit for a request ended.

    Parameters
    ----------
    number
        Which visit of the request, from 1.
    finished
        Whether the work of this visit is done.
    parts, duration
        What the engineer asked for to finish it next time; empty and None: the same again.
    """

    number: int
    finished: bool
    parts: Mapping[str, int] = field(default_factory=dict)
    duration: timedelta | None = None

    def __post_init__(self) -> None:
        require_count("number", self.number, 1)
        require_quantities("parts", self.parts)
        require_duration("duration", self.duration)


def remaining_work(request: Request, usual: Work) -> tuple[Work, ...]:
    """List the work that further visits of an open request have to do, in order.

    Parameters
    ----------
    request
        With what was diagnosed and how its visits since then ended.
    usual
        What the catalogue says; stands in where nothing was diagnosed.

    Returns
    -------
    tuple of Work
        At least one: a request that is open again after all was done needs somebody once more.
    """
    left = list(request.works) or [usual]
    for result in _since_diagnosis(request):
        if not left:
            break
        if result.finished:
            left.pop(0)
        else:
            left[0] = replace(
                left[0],
                duration=result.duration or left[0].duration,
                parts=dict(result.parts) or left[0].parts,
            )
    return tuple(left) or (usual,)


def work_is_left(request: Request) -> bool:
    """Tell whether the diagnosis asks for more than the visits up to now have done."""
    done = sum(result.finished for result in _since_diagnosis(request))
    return done < max(1, len(request.works))


def _since_diagnosis(request: Request) -> tuple[VisitResult, ...]:
    return tuple(one for one in request.results if one.number >= request.works_from)
