"""`python -m benchmarks best-known FAMILY --plans FOLDER`: keep the best plans that were found.

Every plan file that a run kept is scored by our own arithmetic. One that is better than what is
known is checked by `dispatch check` against a case made afresh from the instance, and only then
written to `best_known/FAMILY.json` with its routes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.families import DATA, FAMILIES, Instance, Plan
from benchmarks.measure import stem_of

HERE = Path(__file__).resolve().parent
LEAST_GAIN = 1e-4
"""Units of value by which a plan must be better; published values have four decimals."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The best plan known of one instance.

    `published` is the best known value of the literature (None: there is none), `routes` are the
    visits of each engineer in order with `depot` for a trip there, `seconds` is the time limit
    under which the plan was found.
    """

    value: float
    unserved: int
    published: float | None
    gap_pct: float | None
    routes: dict[str, list[str]]
    engine: str
    seed: int
    seconds: float | None
    date: str


Known = dict[str, Entry]
Check = Callable[[Instance, Path], bool]


def main(arguments: Sequence[str]) -> int:
    """Update one family's file and print the comparison; exit status 1 when a check failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks best-known")
    parser.add_argument("family", choices=sorted(FAMILIES))
    parser.add_argument("--plans", type=Path, action="append", default=[], help="kept plans")
    parser.add_argument("--data", type=Path, default=DATA, help="reference data")
    parser.add_argument("--file", type=Path, help="default: benchmarks/best_known/FAMILY.json")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        print(f"error: no reference data at {options.data}\nMaybe give --data.", file=sys.stderr)
        return 2
    file = options.file or HERE / "best_known" / f"{options.family}.json"
    instances = FAMILIES[options.family](options.data, 25)
    known = read_known(file)
    today = datetime.now(UTC).date()
    found, refused = known, []
    for folder in options.plans:
        found, no = update(found, instances, folder, today, passes_check)
        refused += no
    if found != known:
        write_known(file, found)
    print(comparison(instances, found))
    for path in refused:
        print(f"error: {path.name}: better, but refused by the checker", file=sys.stderr)
    return 1 if refused else 0


def update(
    known: Known, instances: Sequence[Instance], folder: Path, today: date, check: Check
) -> tuple[Known, list[Path]]:
    """Return what is known after reading a folder of kept plans, and plans the checker refused.

    A plan counts when it breaks no rule, leaves out no more requests than the best known, and
    its value is lower by at least `LEAST_GAIN` than both the published and the kept one.
    """
    known, refused = dict(known), []
    for instance in instances:
        for path in sorted(folder.glob(f"{_stem(instance)}-*.plan.json")):
            plan = json.loads(path.read_text(encoding="utf-8"))
            if instance.recompute is None or "engine" not in plan.get("run", {}):
                continue
            scored = instance.recompute(plan)
            rank = (len(scored.unserved), scored.value)
            if scored.violations or not _better(rank, instance, known.get(instance.name)):
                continue
            if not check(instance, path):
                refused.append(path)
                continue
            run = plan["run"]
            gap = None
            if instance.best is not None:
                gap = round(100 * (scored.value - instance.best) / instance.best, 4)
            known[instance.name] = Entry(
                round(scored.value, 4),
                len(scored.unserved),
                instance.best,
                gap,
                routes_of(plan),
                run["engine"],
                run["seed"],
                run.get("time_limit_s"),
                today.isoformat(),
            )
    return known, refused


def routes_of(plan: Plan) -> dict[str, list[str]]:
    """Return each engineer's visits in order, a trip to the depot as `depot`."""
    return {
        route["engineer"]: [
            "depot" if stop["kind"] == "pickup" else stop["visit"]
            for stop in route["stops"]
            if stop["kind"] != "break"
        ]
        for route in plan["routes"]
    }


def plan_of_routes(routes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return orders in the shape of a plan file, for scoring a kept entry again."""
    return {
        "routes": [
            {
                "engineer": engineer,
                "stops": [
                    {"kind": "pickup"} if stop == "depot" else {"kind": "visit", "visit": stop}
                    for stop in stops
                ],
            }
            for engineer, stops in routes.items()
        ]
    }


def passes_check(instance: Instance, plan_file: Path) -> bool:
    """Return whether `dispatch check` accepts a plan for a case made afresh."""
    with tempfile.TemporaryDirectory() as folder:
        case_file = Path(folder) / "case.json"
        case_file.write_text(json.dumps(instance.case()), encoding="utf-8")
        command = [sys.executable, "-m", "dispatch", "check", str(case_file), str(plan_file)]
        done = subprocess.run(command, capture_output=True, check=False, cwd=HERE.parent)
    return done.returncode == 0


def comparison(instances: Sequence[Instance], known: Known) -> str:
    """Return a table of published and kept values."""
    lines = [
        "| instance | published | ours | gap | seconds | seed |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    better = 0
    for instance in instances:
        entry = known.get(instance.name)
        published = "-" if instance.best is None else f"{instance.best:.4f}"
        if entry is None:
            lines.append(f"| {instance.name} | {published} | - | - | - | - |")
            continue
        gap = "-" if entry.gap_pct is None else f"{entry.gap_pct:+.3f} %"
        seconds = "-" if entry.seconds is None else f"{entry.seconds:g}"
        cells = [instance.name, published, f"{entry.value:.4f}", gap, seconds, str(entry.seed)]
        lines.append("| " + " | ".join(cells) + " |")
        better += entry.gap_pct is not None and entry.gap_pct < 0
    lines.append(f"\nBetter than published: {better} of {len(instances)}.")
    return "\n".join(lines)


def read_known(file: Path) -> Known:
    """Read a family's file; none yet is nothing known."""
    if not file.exists():
        return {}
    document = json.loads(file.read_text(encoding="utf-8"))
    return {name: Entry(**entry) for name, entry in document.items()}


def write_known(file: Path, known: Known) -> None:
    """Write a family's file, instances in order, one route a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = ",\n".join(f" {json.dumps(name)}: {_written(known[name])}" for name in sorted(known))
    file.write_text(f"{{\n{entries}\n}}\n" if known else "{}\n", encoding="utf-8")


def _written(entry: Entry) -> str:
    fields = asdict(entry)
    routes = ",\n".join(
        f"   {json.dumps(engineer)}: {json.dumps(stops)}"
        for engineer, stops in fields.pop("routes").items()
    )
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    lines.append(f'  "routes": {{\n{routes}\n  }}')
    return "{\n" + ",\n".join(lines) + "\n }"


def _better(rank: tuple[int, float], instance: Instance, entry: Entry | None) -> bool:
    unserved, value = rank
    rivals = []
    if instance.best is not None:
        rivals.append((instance.best_unserved, instance.best))
    if entry is not None:
        rivals.append((entry.unserved, entry.value))
    return all((unserved, value + LEAST_GAIN) <= rival for rival in rivals)


def _stem(instance: Instance) -> str:
    """Return how the names of an instance's kept files begin."""
    return stem_of(instance.name, "", 0, 0).removesuffix("--0-0s")
