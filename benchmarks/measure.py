"""One run: plan a case in a process of its own, check the plan, recompute what it is worth."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks.families import Instance, Plan

PEER = "peer:"
"""Engines with this prefix are modules of `benchmarks.peers` and not dispatch."""
CLAIM_TOLERANCE = 0.001
"""Share by which a plan's own figure may differ from ours (whole seconds against doubles)."""
GRACE_S = 600
"""Seconds beyond the time limit after which a run counts as hung."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a result file.

    `value`, `best_known` and `gap_pct` are in the instance's units and per cent; a gap exists
    only where as many requests are served as in the best known solution. `violations` are those
    found by our own arithmetic, `check` is the exit status of `dispatch check` (empty for peers).
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

    def cells(self) -> dict[str, str]:
        """Return the row as CSV cells; what is unknown is empty."""
        return {name: "" if value is None else str(value) for name, value in asdict(self).items()}

    @property
    def failed(self) -> bool:
        """Return whether the run gave no plan, or one that breaks a rule."""
        return self.value is None or self.violations > 0 or self.check not in (None, 0)


COLUMNS = [field.name for field in fields(Row)]


def measure(
    family: str, instance: Instance, engine: str, seed: int, time_limit_s: float, folder: Path
) -> Row:
    """Plan one instance once and return its row; a failure is a row with a note."""
    stem = f"{instance.name}-{engine}-{seed}".replace("/", "_").replace(":", "_")
    case_file, plan_file = folder / f"{stem}.case.json", folder / f"{stem}.plan.json"
    case = instance.case()
    case_file.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    visits = len(case["visits"])  # type: ignore[arg-type]
    begun = time.monotonic()
    status, said = _run(_command(engine, case_file, plan_file, seed, time_limit_s), time_limit_s)
    elapsed = round(time.monotonic() - begun, 2)
    notes: list[str] = []
    check = sla_met = sla_total = None
    value: float | None = None
    unserved, violations = visits, 0
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
    )


_DISPATCH = [sys.executable, "-m", "dispatch"]


def _command(
    engine: str, case_file: Path, plan_file: Path, seed: int, time_limit_s: float
) -> list[str]:
    if engine.startswith(PEER):
        module = f"benchmarks.peers.{engine.removeprefix(PEER)}"
        command = [sys.executable, "-m", module, str(case_file), "-o", str(plan_file)]
        return [*command, "--time-limit", f"{time_limit_s:g}"]
    command = [*_DISPATCH, "plan", str(case_file), "-o", str(plan_file)]
    command += ["--time-limit", f"{time_limit_s:g}s", "--seed", str(seed), "--engine", engine]
    return command


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
