"""What is simulated: worlds side by side, the same futures for each, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.domain import Case

__all__ = ["Outcome", "Study", "StudyWorld", "WorkItem"]


@dataclass(frozen=True, slots=True)
class StudyWorld:
    """One of the worlds that are compared: the base, or a scenario applied to it.

    Parameters
    ----------
    name
        For people.
    case
        With its demand.
    policy
        Who decides during the day, see `dispatch.simulation.policies`.
    price_per_day
        What the change itself costs a day, minor units.
    """

    name: str
    case: Case
    policy: str = "ours"
    price_per_day: int = 0


@dataclass(frozen=True, slots=True)
class Study:
    """Worlds and futures; everything a replication needs, picklable.

    Parameters
    ----------
    worlds
        The base first.
    days
        Days that each replication lasts.
    seed
        Of the first replication; replication r of every world has the same future.
    iterations
        Budget of each re-plan.
    independent
        Whether every world draws futures of its own, to see what sharing them is worth.
    guided
        Whether scenarios decide as the base does where nothing speaks against it, which makes
        differences sharp. Who asks about each world alone needs no base.
    """

    worlds: tuple[StudyWorld, ...]
    days: int = 1
    seed: int = 1
    iterations: int = 60
    independent: bool = False
    guided: bool = True

    def seed_of(self, item: WorkItem) -> int:
        """Seed of the future of one replication of one world."""
        world = item.world if self.independent else 0
        return self.seed * 1_000_003 + item.replication * 1009 + world * 31_337_000_000


@dataclass(frozen=True, slots=True, order=True)
class WorkItem:
    """One replication of one world; the unit that executors hand out and finished runs keep."""

    world: int
    replication: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one replication: plain numbers only, so it can be stored and sent as JSON.

    Parameters
    ----------
    figures
        Key figures by name, see `dispatch.simulation.figures`.
    unassigned
        Visits that nobody came to, by the code of the reason.
    promised, kept
        Promises whose time ran out or that were kept, and those of them that were kept, by group:
        severity, territory and skill, see `figures.promise_group`.
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    unassigned: Mapping[str, int] = field(default_factory=dict)
    promised: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)

    def to_document(self) -> dict[str, dict[str, float]]:
        """Write it in plain values; `from_document` reads it back without loss."""
        return {
            "figures": dict(self.figures),
            "unassigned": dict(self.unassigned),
            "promised": dict(self.promised),
            "kept": dict(self.kept),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, float]]) -> Outcome:
        """Read what `to_document` wrote."""
        unassigned, promised, kept = (
            {code: int(many) for code, many in document.get(name, {}).items()}
            for name in ("unassigned", "promised", "kept")
        )
        return cls(dict(document["figures"]), unassigned, promised, kept)
