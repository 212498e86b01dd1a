"""One run: plan a case in a process of its own, check the plan, recompute what it is worth."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from benchmarks.cases import Node, TrspInstance, trsp_case
from benchmarks.families import Instance, Plan
from benchmarks.peers import part_said

PEER = "peer:"
"""Engines with this prefix are modules of `benchmarks.peers` and not dispatch."""
CLAIM_TOLERANCE = 0.001
"""Share by which a plan's own figure may differ from ours (whole seconds against doubles)."""
GRACE_S = 600
"""Seconds beyond the time limit after which a run counts as hung."""
REFUSED = 2
"""Exit status of a peer for a case that says more than it can."""
WARM_UP_S = 0.1
MOST_POINTS = 60
"""Points kept of one trace: the first, the last and the best of as many slices of time."""

Point = tuple[float, int | None, float]
"""Seconds, requests left out (None: the engine does not tell) and value of an incumbent."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a result file.

    `value`, `best_known` and `gap_pct` are in the instance's units and per cent; a gap exists
    only where as many requests are served as in the best known solution. `violations` are those
    found by our own arithmetic, `check` is the exit status of `dispatch check` (empty for peers).
    `elapsed_s` is the whole process, `own_s` what the engine says it took, `part` which part of
    the problem it was told. `trace` is no column: traces have a file of their own.
    """

    family: str
    instance: str
    engine: str
    seed: int
    time_limit_s: float
    visits: int
    unserved: int
    value: float | None
    best_known: float | None
    best_unserved: int
    gap_pct: float | None
    violations: int
    check: int | None
    sla_met: int | None
    sla_total: int | None
    elapsed_s: float
    note: str
    own_s: float | None = None
    part: str = ""
    trace: tuple[Point, ...] = ()

    def cells(self) -> dict[str, str]:
        """Return the row as CSV cells; what is unknown is empty."""
        cells = asdict(self)
        del cells["trace"]
        return {name: "" if value is None else str(value) for name, value in cells.items()}

    @property
    def failed(self) -> bool:
        """Return whether the run gave no plan, or one that breaks a rule.

        A peer that cannot say the problem has not failed at it.
        """
        if self.refused:
            return False
        return self.value is None or self.violations > 0 or self.check not in (None, 0)

    @property
    def refused(self) -> bool:
        """Return whether a peer has no words for the problem."""
        return self.note.startswith(f"exit {REFUSED}: ") and self.engine.startswith(PEER)


COLUMNS = [field.name for field in fields(Row) if field.name != "trace"]


def stem_of(instance: str, engine: str, seed: int, time_limit_s: float) -> str:
    """Return the name, without its endings, of the files that one run leaves."""
    return f"{instance}-{engine}-{seed}-{time_limit_s:g}s".replace("/", "_").replace(":", "_")


def warm_up(engines: Iterable[str], folder: Path) -> None:
    """Plan a day of one visit with each engine of ours, so that no run pays for compiling."""
    home = Node(1, 0, 0, 0, 100, 0, (), (), ())
    day = TrspInstance("warm-up", 1, (replace(home, id=0), home, replace(home, id=2, x=1)))
    instance = Instance(day.name, None, 0, lambda: trsp_case(day), None, lambda _: 0.0)
    for engine in engines:
        if not engine.startswith(PEER):
            measure("trsp", instance, engine, 1, WARM_UP_S, folder)


def measure(
    family: str, instance: Instance, engine: str, seed: int, time_limit_s: float, folder: Path
) -> Row:
    """Plan one instance once and return its row; a failure is a row with a note."""
    stem = stem_of(instance.name, engine, seed, time_limit_s)
    case_file, plan_file, trace_file = (
        folder / f"{stem}.{what}.json" for what in ("case", "plan", "trace")
    )
    plan_file.unlink(missing_ok=True)
    case = instance.case()
    case_file.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    visits = len(case["visits"])  # type: ignore[arg-type]
    begun = time.monotonic()
    command = [sys.executable, "-m", *_module(engine), str(case_file), "-o", str(plan_file)]
    command += ["--time-limit", f"{time_limit_s:g}", "--seed", str(seed)]
    if not engine.startswith(PEER):
        command += ["--trace", str(trace_file)]
    elif instance.serve_all:
        command += ["--serve-all"]
    status, said = _run(command, time_limit_s)
    elapsed = round(time.monotonic() - begun, 2)
    notes: list[str] = []
    check = sla_met = sla_total = None
    value: float | None = None
    unserved, violations = visits, 0
    own_s: float | None = None
    points: tuple[Point, ...] = ()
    if status != 0 or not plan_file.exists():
        notes.append(f"exit {status}: {said}")
    else:
        plan: Plan = json.loads(plan_file.read_text(encoding="utf-8"))
        unserved = len(plan["unassigned"])
        if not engine.startswith(PEER):
            check, said = _run([*_DISPATCH, "check", str(case_file), str(plan_file)], GRACE_S)
            notes += [f"check: {said}"] if check else []
            sla_met, sla_total = plan["kpis"]["sla_met"], plan["kpis"]["sla_total"]
            value = instance.claimed(plan)
        if instance.recompute is not None:
            ours = instance.recompute(plan)
            if value is not None and abs(value - ours.value) > CLAIM_TOLERANCE * ours.value:
                notes.append(f"the plan claims {value:.4f}")
            value = ours.value
            violations, notes = len(ours.violations), [*notes, *ours.violations[:1]]
            if len(ours.unserved) != unserved:
                notes.append(f"the plan claims {unserved} unassigned")
                unserved = len(ours.unserved)
        own_s = plan.get("run", {}).get("elapsed_s")
        points = _trace(plan, trace_file, value)
    return Row(
        family,
        instance.name,
        engine,
        seed,
        time_limit_s,
        visits,
        unserved,
        None if value is None else round(value, 4),
        instance.best,
        instance.best_unserved,
        _gap(instance, value, unserved),
        violations,
        check,
        sla_met,
        sla_total,
        elapsed,
        " | ".join(notes).replace("\n", " "),
        own_s,
        part_said(engine.removeprefix(PEER), family) if engine.startswith(PEER) else "",
        points,
    )


_DISPATCH = [sys.executable, "-m", "dispatch"]


def _module(engine: str) -> list[str]:
    if engine.startswith(PEER):
        return [f"benchmarks.peers.{engine.removeprefix(PEER)}"]
    return ["benchmarks.traced", "--engine", engine]


def _trace(plan: Plan, trace_file: Path, value: float | None) -> tuple[Point, ...]:
    """Return the incumbents in the instance's units: their costs, scaled to end at our value."""
    points: list[tuple[float, int | None, float]]
    if trace_file.exists():
        points = json.loads(trace_file.read_text(encoding="utf-8"))
    else:
        points = [(at, None, cost) for at, cost in plan.get("run", {}).get("trace", ())]
    if value is None or not points or not points[-1][2]:
        return ()
    scale = value / points[-1][2]
    return tuple(
        (at, left, round(cost * scale, 4)) for at, left, cost in thinned(points, MOST_POINTS)
    )


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """Return the first, the last, and of each slice of time the last point."""
    if len(points) <= most:
        return list(points)
    last = points[-1][0] or 1.0
    slices: dict[int, Point] = {-1: points[0]}
    for point in points[1:-1]:
        # Slices grow with time: most improvements come early.
        slices[int((most - 3) * (point[0] / last) ** 0.5)] = point
    return [*slices.values(), points[-1]]


def _run(command: list[str], time_limit_s: float) -> tuple[int, str]:
    """Return the exit status and the last line said, on standard error if anything was."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=time_limit_s + GRACE_S,
            check=False,
            cwd=Path(__file__).resolve().parents[1],
        )
    except subprocess.TimeoutExpired:
        return -1, f"no answer {GRACE_S} s after the time limit"
    lines = (done.stdout + "\n" + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def _gap(instance: Instance, value: float | None, unserved: int) -> float | None:
    if value is None or instance.best is None or unserved != instance.best_unserved:
        return None
    return round(100 * (value - instance.best) / instance.best, 4)
