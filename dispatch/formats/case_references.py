"""Ids of a case and the places that name them: duplicates, unknown ids, circles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dispatch.formats.json_reading import Findings

__all__ = ["References"]


@dataclass(slots=True)
class References:
    """What is defined and what is named while a case is read.

    It is filled even from parts that are wrong elsewhere, so that one mistake does not make
    every reference to its part look unknown.
    """

    found: Findings
    _defined: dict[str, dict[str, str]] = field(default_factory=dict)
    _named: list[tuple[str, str, str]] = field(default_factory=list)
    _after: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _unreadable: set[str] = field(default_factory=set)

    def define(self, kind: str, id: str | None, pointer: str) -> None:
        """Note that something exists; a second one with the same id is refused.

        Parameters
        ----------
        kind
            The word of the glossary.
        id
            None when it could not be read.
        pointer
            Place of the id.
        """
        if id is None:
            self._unreadable.add(kind)
            return
        known = self._defined.setdefault(kind, {})
        first = known.setdefault(id, pointer)
        if first != pointer:
            self.found.add(pointer, id, f"a {kind} id of its own; {first} has the same")

    def unreadable(self, kind: str) -> None:
        """Note that not all ids of a kind could be read, so unknown ones prove nothing."""
        self._unreadable.add(kind)

    def name(self, kind: str, id: str | None, pointer: str) -> None:
        """Note that something is named."""
        if id is not None:
            self._named.append((kind, id, pointer))

    def name_each(self, kind: str, ids: Iterable[str], pointer: str) -> None:
        """Note that everything in a list is named."""
        for i, id in enumerate(ids):
            self.name(kind, id, f"{pointer}/{i}")

    def order(self, visit: str | None, after: str | None, pointer: str) -> None:
        """Note that one visit comes after another."""
        if visit is not None and after is not None:
            self._after.setdefault(visit, []).append((after, pointer))

    def defined(self, kind: str) -> dict[str, str]:
        """Ids of a kind with the pointers to them."""
        return self._defined.get(kind, {})

    def is_readable(self, kind: str) -> bool:
        """Tell whether every id of a kind could be read."""
        return kind not in self._unreadable

    def resolve(self) -> None:
        """Refuse names of what does not exist, and visits that wait for themselves."""
        for kind, id, pointer in self._named:
            if id not in self.defined(kind) and self.is_readable(kind):
                self.found.add(pointer, id, f"the id of a {kind} of this case")
        for circle in self._circles():
            first = min(circle, key=list(self._after).index)
            inside = set(circle)
            pointer = next(place for other, place in self._after[first] if other in inside)
            path = " after ".join([*circle, circle[0]])
            expected = "an order without a circle"
            self.found.add(pointer, path, expected, f"{path}: a circle, expected {expected}")

    def _circles(self) -> list[list[str]]:
        """Find one circle in every knot of ``after``, walking without recursion."""
        circles: list[list[str]] = []
        state: dict[str, int] = {}
        for root in self._after:
            if root in state:
                continue
            path = [root]
            steps = [iter(self._after[root])]
            state[root] = 1
            while steps:
                follower = next(steps[-1], None)
                if follower is None:
                    state[path.pop()] = 2
                    steps.pop()
                elif state.get(follower[0], 0) == 1:
                    circles.append(path[path.index(follower[0]) :])
                elif follower[0] not in state:
                    state[follower[0]] = 1
                    path.append(follower[0])
                    steps.append(iter(self._after.get(follower[0], ())))
        return circles
