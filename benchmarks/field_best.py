"""Best known plans of `field` instances: `best_known/field.json`, kept by command.

A plan enters when it is better, tiers first, than what is known of the same case (the generator
may change: an entry of another case gives way) and `dispatch check` accepts it. An entry holds
tiers, money, who found it, and the order of stops of each shift.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.cases.field import field_case
from benchmarks.cases.field_kinds import FIELD_KINDS
from benchmarks.field_score import Worth, worth_of_plan

ROOT = Path(__file__).resolve().parents[1]
BEST = Path(__file__).resolve().parent / "best_known" / "field.json"


def read_best(path: Path = BEST) -> dict[str, Worth]:
    """Return what is known of each instance; nothing when nothing was kept yet."""
    return {
        name: Worth(tuple(entry["left_out"]), entry["cost"]) for name, entry in _read(path).items()
    }


def update_best(folder: Path, path: Path = BEST) -> str:
    """Take over the better plans of a folder of kept runs and say what was done."""
    known = _read(path)
    said = []
    for plan_file in sorted(folder.glob("*.plan.json")):
        name = instance_of(plan_file.name)
        plan = json.loads(plan_file.read_text(encoding="utf-8"))
        if name is None or "cost" not in plan:
            continue
        kind, size, seed = name.rsplit("-", 2)
        case = field_case(kind, int(size), int(seed))
        worth, fingerprint = worth_of_plan(case, plan), fingerprint_of(case)
        entry = known.get(name)
        known_case = entry is not None and entry["case"] == fingerprint
        if known_case and worth >= Worth(tuple(entry["left_out"]), entry["cost"]):
            continue
        if not _accepted(case, plan_file):
            said.append(f"{name}: refused, dispatch check finds violations in {plan_file.name}")
            continue
        known[name] = _entry(plan, worth, fingerprint)
        said.append(f"{name}: left out {worth.left_out}, cost {worth.cost}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(known), encoding="utf-8")
    return "\n".join([*said, f"{len(known)} instances in {path.name}"])


def instance_of(file_name: str) -> str | None:
    """Read the instance off the name of a kept plan; None for anything else."""
    for kind in FIELD_KINDS:
        if file_name.startswith(f"{kind}-"):
            size, seed, *rest = file_name.removeprefix(f"{kind}-").split("-")
            if rest and size.isdigit() and seed.isdigit():
                return f"{kind}-{size}-{seed}"
    return None


def fingerprint_of(case: Mapping[str, Any]) -> str:
    """Return what tells one version of an instance from another."""
    return hashlib.sha256(json.dumps(case, sort_keys=True).encode()).hexdigest()[:16]


def _entry(plan: Mapping[str, Any], worth: Worth, fingerprint: str) -> dict[str, Any]:
    run = plan["run"]
    return {
        "case": fingerprint,
        "left_out": list(worth.left_out),
        "cost": worth.cost,
        "engine": run["engine"],
        "seed": run["seed"],
        "time_limit_s": run["time_limit_s"],
        "routes": {
            route["shift"]: " ".join(
                stop["visit"] or stop["depot"] or "break" for stop in route["stops"]
            )
            for route in plan["routes"]
        },
    }


def _accepted(case: Mapping[str, Any], plan_file: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        case_file = Path(folder) / "case.json"
        case_file.write_text(json.dumps(case), encoding="utf-8")
        command = [sys.executable, "-m", "dispatch", "check", str(case_file), str(plan_file)]
        return subprocess.run(command, capture_output=True, check=False, cwd=ROOT).returncode == 0


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _text(known: Mapping[str, Any]) -> str:
    """Write one instance a line, so that a difference shows what changed."""
    lines = [f"{json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known)]
    return "{\n" + ",\n".join(lines) + "\n}\n"
