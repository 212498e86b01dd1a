"""The dynamic instances of the technician problem: which requests are known when, and the reference.

Files named `INSTANCE_rd_DEGREE.txt` hold rows `request release`, -1 for what is known from the
start; `DEGREE` is the share of requests that appear during the day, in per cent.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.cases.instance import InstanceError

MARK = "_rd_"


@dataclass(frozen=True, slots=True)
class DynamicFile:
    """A day with releases.

    Parameters
    ----------
    name
        Of the static instance.
    degree
        Per cent of the requests that appear during the day.
    instance, releases
        The two files.
    reference
        Mean number of requests that the reference rejects; None: not told.
    """

    name: str
    degree: int
    instance: Path
    releases: Path
    reference: float | None


def find_days(
    folders: Sequence[Path], globs: str = "*", degrees: Sequence[int] = ()
) -> list[DynamicFile]:
    """Find the days in the first folder, and what they need in it or in the others.

    Parameters
    ----------
    folders
        Searched with all that is below them.
    globs
        Comma-separated patterns of instance names; a name without its ending counts, too.
    degrees
        Degrees wanted; none: all.

    Raises
    ------
    InstanceError
        When the static instance of a day is nowhere.
    """
    static = {path.stem: path for folder in reversed(folders) for path in folder.rglob("*.txt")}
    reference = {key: value for one in reversed(folders) for key, value in _reference(one)}
    found = []
    for path in sorted(folders[0].rglob(f"*{MARK}*.txt")):
        name, _, percent = path.stem.rpartition(MARK)
        if not percent.isdigit() or (degrees and int(percent) not in degrees):
            continue
        if not any(fnmatch(name, glob) or name.split(".")[0] == glob for glob in globs.split(",")):
            continue
        if name not in static:
            message = f"{path.name}: expected the static instance {name}.txt in {folders[0]}"
            raise InstanceError(message)
        mean = reference.get((name, int(percent)))
        found.append(DynamicFile(name, int(percent), static[name], path, mean))
    return sorted(found, key=lambda one: (one.degree, one.name))


def _reference(folder: Path) -> Iterator[tuple[tuple[str, int], float]]:
    for path in sorted(folder.rglob("*dyn*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("mean_rejected"):
                    yield (row["instance"], int(row["dod_percent"])), float(row["mean_rejected"])


def read_releases(path: Path) -> dict[int, float]:
    """Read the release time of each request, in the instance's units; -1: known from the start.

    Raises
    ------
    InstanceError
        When a row is not of the format.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        begin = next(n for n, line in enumerate(lines) if line.split() == ["ID", "RD"])
        rows = [line.split() for line in lines[begin + 1 :] if line.strip()]
        return {int(request): float(release) for request, release in rows}
    except (StopIteration, ValueError) as error:
        message = f"{path.name}: expected the line `ID RD` and then rows `request release`"
        raise InstanceError(message) from error
