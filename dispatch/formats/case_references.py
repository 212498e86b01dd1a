"""Ids of a case and the places that name them: duplicates, unknown ids, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dispatch.formats.json_reading import Findings

__all__ = ["References"]

MOST_CIRCLES = 20
LONGEST_PATH = 8


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
        for path, pointer in self._circles():
            names = path if len(path) <= LONGEST_PATH else [*path[:LONGEST_PATH], "…"]
            told = " after ".join([*names, path[0]])
            expected = "an order without a circle"
            self.found.add(pointer, told, expected, f"{told}: a circle, expected {expected}")

    def _circles(self) -> Iterator[tuple[list[str], str]]:
        """Walk along ``after`` without recursion and stop wherever the own path comes back.

        Yields
        ------
        tuple of list of str and str
            Visits of one circle, and the pointer in the first of them in the document.
        """
        rank = {visit: i for i, visit in enumerate(self._after)}
        position: dict[str, int] = {}
        done: set[str] = set()
        told = 0
        for root in self._after:
            path: list[str] = []
            steps = [iter([(root, "")])]
            while steps:
                visit = next(steps[-1], (None, ""))[0]
                if visit is None:
                    steps.pop()
                    if path and len(path) > len(steps) - 1:
                        done.add(path.pop())
                elif visit in position and visit not in done:
                    if told < MOST_CIRCLES:
                        told += 1
                        yield self._told(path[position[visit] :], rank)
                elif visit not in done and visit in rank:
                    position[visit] = len(path)
                    path.append(visit)
                    steps.append(iter(self._after[visit]))

    def _told(self, circle: list[str], rank: dict[str, int]) -> tuple[list[str], str]:
        """Turn a circle so that it starts with its first visit in the document."""
        start = min(range(len(circle)), key=lambda i: rank[circle[i]])
        turned = circle[start:] + circle[:start]
        follower = turned[1 % len(turned)]
        pointer = next(place for other, place in self._after[turned[0]] if other == follower)
        return turned, pointer
