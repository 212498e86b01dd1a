"""The text format of the Technician Routing and Scheduling Problem, with or without matrices.

Pillac, Gueret and Medaglia (2013), doi 10.1007/s11590-012-0567-4. Node 0 is the depot, nodes
1..T are homes, nodes T+1..T+n are requests; in matrices the next T ids are copies of the homes
(ends of routes) and the last T are copies of the depot.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

FIRST_NODE_LINE = 8
"""Nodes start on line 9 (counted from one) of every file of this format."""


class InstanceError(ValueError):
    """An instance file does not say what its family promises."""


@dataclass(frozen=True, slots=True)
class Node:
    """One row: a depot, a home or a request, in the instance's own units.

    `skills` and `tools` are held by a home and required by a request; `parts` is the stock of a
    home and the need of a request, one number per part (empty = none).
    """

    id: int
    x: float
    y: float
    earliest: float
    latest: float
    service: float
    skills: tuple[int, ...]
    tools: tuple[int, ...]
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrspInstance:
    """One instance: its nodes and, where the file carries them, its matrices.

    `distances` and `travel_times` are square over all ids, copies of homes and depot included;
    without them travel is Euclidean at speed 1 in double precision.
    """

    name: str
    num_engineers: int
    nodes: tuple[Node, ...]
    distances: tuple[tuple[float, ...], ...] | None = None
    travel_times: tuple[tuple[float, ...], ...] | None = None

    @property
    def homes(self) -> tuple[Node, ...]:
        """Return the homes, in the order of their ids."""
        return self.nodes[1 : self.num_engineers + 1]

    @property
    def requests(self) -> tuple[Node, ...]:
        """Return the requests, in the order of their ids."""
        return self.nodes[self.num_engineers + 1 :]

    def travel(self, origin: int, destination: int) -> float:
        """Return the original travel time between two nodes, unrounded."""
        if self.travel_times is not None:
            return self.travel_times[origin][destination]
        a, b = self.nodes[origin], self.nodes[destination]
        return math.hypot(a.x - b.x, a.y - b.y)


def read_instance(path: Path) -> TrspInstance:
    """Read an instance file.

    Raises
    ------
    InstanceError
        When the header, a node row or a matrix row is not of the format.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        num_engineers = int(lines[4].split()[0])
    except (IndexError, ValueError) as error:
        message = f"{path.name} line 5: expected the numbers `crew skills tools parts`"
        raise InstanceError(message) from error
    blocks: dict[str, list[tuple[float, ...]]] = {}
    nodes: list[Node] = []
    block: list[tuple[float, ...]] | None = None
    for number, line in enumerate(lines[FIRST_NODE_LINE:], start=FIRST_NODE_LINE + 1):
        text = line.strip()
        if not text:
            continue
        try:
            if text[0].isalpha():
                block = blocks.setdefault(text.upper(), [])
            elif block is None:
                nodes.append(_node(text))
            else:
                block.append(_matrix_row(text, len(block)))
        except ValueError as error:
            message = f"{path.name} line {number}: {error}, got {text[:60]!r}"
            raise InstanceError(message) from error
    if [node.id for node in nodes] != list(range(len(nodes))) or len(nodes) <= num_engineers:
        message = f"{path.name}: expected node ids 0, 1, 2, ... with {num_engineers} homes"
        raise InstanceError(message)
    return TrspInstance(
        lines[0].strip(),
        num_engineers,
        tuple(nodes),
        _square(path, blocks, "DISTANCES"),
        _square(path, blocks, "TRAVEL TIMES"),
    )


def _node(text: str) -> Node:
    numbers = text.split("[", 1)[0].split()
    brackets = re.findall(r"\[([^\]]*)\]", text)
    if len(numbers) != 6 or len(brackets) != 3:
        message = "expected `id x y twStart twEnd service [skills] [tools] [parts]`"
        raise ValueError(message)
    skills, tools, parts = (
        tuple(int(item) for item in inside.split(",") if item.strip()) for inside in brackets
    )
    x, y, earliest, latest, service = (float(number) for number in numbers[1:])
    return Node(int(numbers[0]), x, y, earliest, latest, service, skills, tools, parts)


def _matrix_row(text: str, position: int) -> tuple[float, ...]:
    number, *values = (cell for cell in text.split(";") if cell.strip())
    if int(float(number)) != position:
        message = f"expected the matrix row of id {position}"
        raise ValueError(message)
    return tuple(float(value) for value in values)


def _square(
    path: Path, blocks: dict[str, list[tuple[float, ...]]], name: str
) -> tuple[tuple[float, ...], ...] | None:
    rows = blocks.get(name)
    if rows is None:
        return None
    if any(len(row) != len(rows) for row in rows):
        message = f"{path.name}: block {name} has {len(rows)} rows, expected as many columns"
        raise InstanceError(message)
    return tuple(rows)
