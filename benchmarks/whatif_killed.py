"""A what-if whose workers and whose service are killed: ``python -m benchmarks.whatif_killed``.

The demo's scenarios are simulated once by children of this process, and once over HTTP on a Dask
cluster of two workers, one of which is killed -9 every so many seconds, while the service is killed
-9 once. Both reports must be equal to the last digit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from dispatch.formats import read_case
from dispatch.formats.scenario_json import read_scenario
from dispatch.simulation.comparison import make_study, report_of, work_off
from dispatch.simulation.executor import ProcessPool
from dispatch.simulation.scheduler import SCHEDULER

DATA = Path(__file__).parents[1] / "data"
SCENARIOS = sorted((DATA / "scenarios").glob("*.json"))
SERVE = """
import sys
from dispatch.api import Settings, serve
settings = Settings(demo_plants=False)
serve("127.0.0.1", int(sys.argv[1]), sys.argv[2], demo=True, settings=settings)
"""
FINAL = ("done", "failed", "cancelled")


class Service:
    """The service in a process of its own."""

    def __init__(self, url: str, scheduler: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        environment = {**os.environ, SCHEDULER: scheduler}
        command = [sys.executable, "-c", SERVE, str(port), url]
        self.process = subprocess.Popen(command, env=environment)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=120)
        while True:
            try:
                self.client.get("/session")
                return
            except httpx.TransportError:
                time.sleep(0.2)

    def kill(self) -> None:
        """Kill -9."""
        self.client.close()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def killer(cluster: Any, every_s: float, over: threading.Event, killed: list[int]) -> None:
    """Kill one worker after the other; its nanny starts another."""
    draw = random.Random(1)
    while not over.wait(every_s):
        alive = [n.process.pid for n in cluster.workers.values() if n.process and n.process.pid]
        if alive:
            victim = draw.choice(alive)
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)


def over_http(body: dict[str, Any], every_s: float) -> tuple[dict[str, Any], int, int]:
    """Have it simulated under fire; the what-if at its end, workers killed, finished at the kill."""
    import distributed

    killed: list[int] = []
    over = threading.Event()
    make: Any = distributed.LocalCluster
    with (
        tempfile.TemporaryDirectory() as folder,
        make(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
    ):
        url = f"sqlite:///{folder}/x.db"
        service = Service(url, cluster.scheduler_address)
        where = service.client.post("/scenarios", json=body).headers["location"]
        where = where.removeprefix("/api/v1")
        threading.Thread(target=killer, args=(cluster, every_s, over, killed), daemon=True).start()
        kept = 0
        while True:
            seen = service.client.get(where).json()
            many = seen["progress"]["done"]
            if not kept and many >= 3:
                kept = many
                service.kill()
                service = Service(url, cluster.scheduler_address)
                continue
            if seen["state"] in FINAL:
                over.set()
                service.kill()
                return seen, len(killed), kept
            time.sleep(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate twice, compare; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=15)
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two kills")
    options = parser.parse_args(arguments)
    case = read_case(DATA / "demo_case.json")
    study = make_study(case, [read_scenario(path) for path in SCENARIOS], days=1)
    calm = report_of(study, work_off(study, options.replications, ProcessPool(2)))
    body = {
        "case": json.loads((DATA / "demo_case.json").read_text(encoding="utf-8")),
        "scenarios": [json.loads(path.read_text(encoding="utf-8")) for path in SCENARIOS],
        "replications": options.replications,
    }
    seen, killed, kept = over_http(body, options.every)
    same = json.loads(json.dumps(calm)) == seen["report"]
    print(f"{seen['state']} after {seen['attempts']} attempts, {killed} workers killed;")
    print(f"{kept} replications were finished when the service was killed, and stayed;")
    print(f"numbers: {'identical' if same else 'DIFFERENT'}")
    return 0 if same and seen["attempts"] > 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
