"""Queries on plan versions and on who is sent where by the current ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from dispatch.errors import NotFound
from dispatch.store.tables import AssignmentRow, PlanRow

__all__ = ["PlanArchive"]


class PlanArchive:
    """Every plan ever made; per region and day one of the published ones is current."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: PlanRow) -> None:
        """Write a draft."""
        self._session.add(row)
        self._session.flush()

    def get(self, version: int) -> PlanRow:
        """A plan by version.

        Raises
        ------
        NotFound
            When there is none.
        """
        row = self._session.get(PlanRow, version)
        if row is None:
            raise NotFound("plan", str(version))
        return row

    def page(self, *, after: int | None = None, limit: int = 50) -> Sequence[PlanRow]:
        """Plans, newest first, older than the given version."""
        query = select(PlanRow)
        if after is not None:
            query = query.where(PlanRow.version < after)
        return self._session.exec(query.order_by(col(PlanRow.version).desc()).limit(limit)).all()

    def current(self, region: str, day: date) -> PlanRow | None:
        """The current plan of a region and day, or None."""
        query = select(PlanRow).where(col(PlanRow.is_current), PlanRow.region == region)
        return self._session.exec(query.where(PlanRow.day == day)).first()

    def current_of_day(self, day: date) -> Sequence[PlanRow]:
        """Current plans of all regions on a day."""
        query = select(PlanRow).where(col(PlanRow.is_current), PlanRow.day == day)
        return self._session.exec(query.order_by(PlanRow.region)).all()

    def latest_current(self, region: str | None = None) -> PlanRow | None:
        """The current plan that was published last, or None."""
        query = select(PlanRow).where(col(PlanRow.is_current))
        if region is not None:
            query = query.where(PlanRow.region == region)
        return self._session.exec(query.order_by(col(PlanRow.published_at).desc())).first()

    def last_publication(self, region: str, day: date) -> int:
        """Highest publication number of a region and day; 0 before the first."""
        query = select(func.max(PlanRow.publication)).where(PlanRow.region == region)
        return self._session.exec(query.where(PlanRow.day == day)).one() or 0

    def make_current(self, row: PlanRow, before: PlanRow | None) -> None:
        """Let one plan take the place of another, in an order the unique index accepts."""
        if before is not None:
            before.is_current = False
            before.state = "replaced"
            self._session.add(before)
            self._session.flush()
        row.is_current = True
        row.state = "published"
        self._session.add(row)
        self._session.flush()

    def supersede_drafts(self, row: PlanRow) -> list[str]:
        """Mark the drafts that were made against an older plan, and name their runs."""
        query = select(PlanRow).where(PlanRow.region == row.region, PlanRow.day == row.day)
        late = self._session.exec(query.where(PlanRow.state == "draft")).all()
        for draft in late:
            draft.state = "superseded"
            self._session.add(draft)
        self._session.flush()
        return [draft.run_id for draft in late if draft.run_id is not None]

    def replace_assignments(self, before: PlanRow | None, rows: Iterable[AssignmentRow]) -> None:
        """Drop the assignments of the plan before and write those of the new one."""
        if before is not None:
            mine = col(AssignmentRow.plan_version) == before.version
            self._session.execute(delete(AssignmentRow).where(mine))
            self._session.expire_all()
        self._session.add_all(rows)
        self._session.flush()

    def release(self, visits: Iterable[str]) -> None:
        """Drop the assignments of visits, whichever plan made them."""
        self._session.execute(
            delete(AssignmentRow).where(col(AssignmentRow.visit_id).in_(list(visits)))
        )

    def assignments_of(self, visit: str) -> Sequence[AssignmentRow]:
        """Who is sent to a visit."""
        query = select(AssignmentRow).where(AssignmentRow.visit_id == visit)
        return self._session.exec(query.order_by(col(AssignmentRow.member))).all()

    def assignments_to(self, visits: Iterable[str]) -> Sequence[AssignmentRow]:
        """Who is sent to some visits."""
        query = select(AssignmentRow).where(col(AssignmentRow.visit_id).in_(list(visits)))
        ordered = query.order_by(col(AssignmentRow.visit_id), col(AssignmentRow.member))
        return self._session.exec(ordered).all()

    def assignments_by(
        self, version: int, visits: Iterable[str] | None = None
    ) -> Sequence[AssignmentRow]:
        """What one plan assigns, or that to some visits, in the order of the routes."""
        query = select(AssignmentRow).where(AssignmentRow.plan_version == version)
        if visits is not None:
            query = query.where(col(AssignmentRow.visit_id).in_(list(visits)))
        ordered = query.order_by(AssignmentRow.shift_id, col(AssignmentRow.position))
        return self._session.exec(ordered).all()

    def all_current(self) -> Sequence[PlanRow]:
        """The current plans of all regions and days."""
        query = select(PlanRow).where(col(PlanRow.is_current))
        return self._session.exec(query.order_by(col(PlanRow.version))).all()

    def assignments(self) -> Sequence[AssignmentRow]:
        """Everything the current plans assign."""
        query = select(AssignmentRow).order_by(AssignmentRow.visit_id, col(AssignmentRow.member))
        return self._session.exec(query).all()
