"""Worlds compared: nothing against itself, the nominal rate against another self."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from simulated_worlds import busy_shop

from dispatch.domain.change import EngineerLike, EngineerRemoved
from dispatch.domain.scenario import Scenario
from dispatch.errors import InputError, RunCancelled
from dispatch.simulation.comparison import make_study, report_of, work_off
from dispatch.simulation.executor import Done, InProcess, run_item
from dispatch.simulation.statistics import compare_pairs
from dispatch.simulation.study import Outcome, Study, StudyWorld, WorkItem

NOTHING = Scenario("nothing")
MORE = Scenario("one more", (("engineer_added", EngineerLike("e3", "e2")),), price_per_day=500)


class Backwards:
    """An executor that does everything in the wrong order, and everything twice."""

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items."""
        del cancelled
        for item in reversed(list(items) * 2):
            done(item, run_item(study, item))

    def close(self) -> None:
        """Nobody waits."""


def test_a_base_against_itself_shows_exactly_nothing() -> None:
    """With common random numbers every difference is zero, and so is its interval."""
    study = make_study(busy_shop(), [NOTHING], days=1, policy="insert")
    report = report_of(study, work_off(study, 3, InProcess()))
    for pair in report["scenarios"][0]["comparison"].values():
        assert (pair["difference"], pair["low"], pair["high"]) == (0.0, 0.0, 0.0)
        assert not pair["significant"]


def test_the_order_of_work_does_not_matter() -> None:
    """Another executor gives the same report, to the last digit."""
    study = make_study(busy_shop(), [MORE], days=1, policy="nearest")
    forwards = report_of(study, work_off(study, 4, InProcess()))
    assert report_of(study, work_off(study, 4, Backwards())) == forwards


def test_what_is_finished_is_not_done_again() -> None:
    """A run that was cut short goes on with what is left, and ends with the same report."""
    study = make_study(busy_shop(), [MORE], days=1, policy="nearest")
    whole = work_off(study, 3, InProcess())
    half = {item: outcome for item, outcome in whole.items() if item.replication == 0}
    told: list[WorkItem] = []
    again = work_off(study, 3, InProcess(), finished=half, done=lambda item, _: told.append(item))
    assert len(told) == 4
    assert report_of(study, again) == report_of(study, whole)
    for outcome in whole.values():
        assert Outcome.from_document(outcome.to_document()) == outcome


def test_a_run_that_is_called_off_says_what_is_missing() -> None:
    """Nothing is compared then."""
    study = make_study(busy_shop(), [MORE], days=1, policy="nearest")
    with pytest.raises(RunCancelled, match="8 of 8"):
        work_off(study, 4, InProcess(), cancelled=lambda: True)


def test_the_price_of_a_change_is_paid_every_day() -> None:
    """Two days at 500 a day."""
    study = make_study(busy_shop(), [MORE], days=2, policy="nearest")
    report = report_of(study, work_off(study, 2, InProcess()))
    assert report["scenarios"][0]["comparison"]["cost_change"]["difference"] == 1000


def test_one_engineer_less_is_worse() -> None:
    """With one engineer of two, under a heavy load, fewer promises are kept; the numbers agree."""
    less = Scenario("less", (("engineer_removed", EngineerRemoved("e2")),))
    study = make_study(busy_shop(18.0), [less], days=1, policy="deadline")
    report = report_of(study, work_off(study, 10, InProcess()))
    pair = report["scenarios"][0]["comparison"]["on_time"]
    assert pair["significant"]
    assert pair["difference"] < 0
    assert pair["probability_better"] < 0.5


def test_comparisons_of_equals_reject_about_as_rarely_as_they_should() -> None:
    """With futures of their own, 5 % of A-A tests reject: of 40 at most 7.

    The binomial probability of more is below 1 in 500. `python -m benchmarks.whatif_equals` does
    200 of them on the demo company.
    """
    world = StudyWorld("base", busy_shop(), "nearest")
    study = Study((world, world), independent=True, seed=17)
    many, size = 40, 4
    rejected = 0
    for test in range(many):
        rows: list[list[float]] = [[], []]
        for replication in range(test * size, (test + 1) * size):
            for which in (0, 1):
                outcome = run_item(study, WorkItem(which, replication))
                rows[which].append(outcome.figures["work_h"])
        rejected += compare_pairs(rows[0], rows[1], -1).significant
    assert rejected <= 7


def test_an_unknown_policy_is_refused() -> None:
    """The message lists those there are."""
    with pytest.raises(InputError, match="expected one of ours, nearest"):
        make_study(busy_shop(), [], days=1, policy="luck")
