"""How long the first start takes, and every other: `python -m benchmarks start`.

Each run is a process of its own that imports the search. A cold one finds no machine code and
compiles it, a warm one finds what the one before it has left on disk.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results" / "start.csv"
LIMITS_S = {"cold": 25.0, "warm": 1.5}
IMPORT = "import dispatch.solver.solve, dispatch.solver.islands"


def start(machine_code: Path) -> float:
    """Seconds until a new process has the search ready."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(machine_code)}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORT], check=True, env=environment)
    return time.perf_counter() - began


def main(arguments: Sequence[str]) -> int:
    """Print the seconds and keep a row for each start; 1 when a median is above its limit."""
    parser = argparse.ArgumentParser(prog="benchmarks start", description=__doc__)
    parser.add_argument("--cold", type=int, default=3, help="cold starts (3)")
    parser.add_argument("--warm", type=int, default=3, help="warm starts after each (3)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args(list(arguments))
    rows = []
    for _ in range(asked.cold):
        with tempfile.TemporaryDirectory() as folder:
            for kind in ("cold", *("warm",) * asked.warm):
                rows.append({"start": kind, "seconds": round(start(Path(folder)), 2)})
                print(f"{kind}: {rows[-1]['seconds']} s", file=sys.stderr, flush=True)
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    status = 0
    for kind, limit in LIMITS_S.items():
        spent = [float(row["seconds"]) for row in rows if row["start"] == kind]
        if spent:
            print(f"{kind}: median {statistics.median(spent):.2f} s, limit {limit:g} s")
            status |= statistics.median(spent) > limit
    return int(status)
