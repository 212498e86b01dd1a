"""Parts as the day uses them up: fetched because they were built in, vans filled up on the way."""

from __future__ import annotations

from pathlib import Path

from dispatch.operations import master_data
from dispatch.operations.executor import RunExecutor
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.publish import publish
from dispatch.operations.replenishment import replenish
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.supplies import van_levels
from dispatch.operations.van_visits import is_van_visit
from dispatch.store import Database, UnitOfWork, prepare
from dispatch.store.tables import StockRow, VisitRow
from tests.operations.handmade_plan import HandStop, put_in_force, visits_of_requests
from tests.operations.small_company import at, found_company, tomorrow


def levels(database: Database) -> tuple[int | None, int]:
    """Pieces of P-1 on the shelf, and in the van of e1."""
    with database.reading() as work:
        (van,) = [one for one in van_levels(work, engineer="e1") if one.part == "P-1"]
        return work.catalogue.get(StockRow, "d1:P-1").quantity, van.quantity - van.owed


def report(database: Database, visit: str, kind: str, hour: int, **more: object) -> str:
    """The phone of e1 tells something."""
    told = VisitReport.model_validate({"type": kind, "occurred_at": at(hour), **more})
    return database.write(
        lambda work: record_report(work, visit, told, engineer="e1", event_id=f"{visit}-{kind}")
    ).outcome


def test_what_was_built_in_was_fetched(tmp_path: Path) -> None:
    """Six lie ready at nine; the visit after it used two, the visit before it none of them."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    prepare(database)

    def found(work: UnitOfWork) -> None:
        found_company(work, requests=2)
        visits_of_requests(work, "r1", "r2")
        stops = [
            HandStop(8, visit="r1-v1"),
            HandStop(9, depot="d1", minutes=10, loaded={"P-1": 6}),
            HandStop(10, visit="r2-v1", parts={"P-1": 2}),
        ]
        put_in_force(work, 1, tomorrow(), {"e1": stops})

    database.write(found)
    report(database, "r1-v1", "finished", 9, parts_used={"P-1": 1})
    assert levels(database) == (10, 49)
    for _ in range(2):
        report(database, "r2-v1", "finished", 11, parts_used={"P-1": 2})
        assert levels(database) == (4, 53)
    assert database.read(lambda work: work.day.waiting_reservations()) == []
    database.close()


def test_a_van_is_filled_up_on_a_stop_of_the_plan(tmp_path: Path) -> None:
    """The plan sends e1 to the depot; what was laid ready is in the van when that is finished."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    prepare(database)

    def found(work: UnitOfWork) -> None:
        found_company(work, requests=1)
        norm = {"id": "e1", "engineer": "e1", "part": "P-1", "quantity": 55}
        resource = master_data.RESOURCES["van-norms"]
        master_data.add(work, resource, resource.record.model_validate(norm))
        replenish(work, "d1", tomorrow())
        replenish(work, "d1", tomorrow())

    database.write(found)
    with database.reading() as work:
        (errand,) = [one.id for one in work.catalogue.all(VisitRow) if is_van_visit(one)]
    parameters = RunParameters(day=tomorrow(), iterations=50, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")
    with database.reading() as work:
        sent = [one.engineer_id for one in work.plans.assignments() if one.visit_id == errand]
        # Nobody is promised anything, and no customer hears of it.
        assert work.catalogue.get(VisitRow, errand).promise_start is None
        assert errand not in {one.visit_id for one in work.notices.page(limit=100)}
    assert sent == ["e1"]
    assert levels(database) == (10, 50)
    report(database, errand, "finished", 9)
    assert levels(database) == (5, 55)
    database.write(lambda work: replenish(work, "d1", tomorrow()))
    assert levels(database) == (5, 55)
    database.close()
