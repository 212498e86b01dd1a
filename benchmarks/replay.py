"""A recorded day, replayed against the running service: `python -m benchmarks replay`.

The day of ``data/recorded_day.json`` is played over HTTP alone against a service in rehearsal,
twice, each time from an empty database. At the end the books are closed: no visit lost or
doubled, stock balanced to the unit, every promise change in the churn bill, every published
version accepted by ``dispatch check``, and both days ended in the same state. Exit status 1 when
anything of it does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from benchmarks.replay_day import Diary, Player
from benchmarks.replay_people import Document, ReplayFailed, Service
from benchmarks.replay_proof import Closing, canonical, digest, levels, prove, read_closing
from benchmarks.served import served

__all__ = ["Replayed", "main", "read_recording", "replay", "replay_at"]

RECORDING = Path(__file__).resolve().parents[1] / "data" / "recorded_day.json"


@dataclass(frozen=True)
class Replayed:
    """What came of one replay: what its people know, what the service says, what holds."""

    diary: Diary
    closing: Closing
    claims: dict[str, str]
    state: str


def read_recording(path: Path = RECORDING) -> Document:
    """Read a recorded day."""
    found: Document = json.loads(path.read_text(encoding="utf-8"))
    return found


def replay(
    database_url: str,
    recording: Document,
    *,
    until: int | None = None,
    on_line: Callable[[Document], None] = lambda _line: None,
) -> Replayed:
    """Play a day against a service of its own, which is started for it.

    Parameters
    ----------
    database_url
        Address of an empty database.
    recording
        The day.
    until
        Number of the last line to play; None: all.
    on_line
        Told each line when it is done.
    """
    settings = {"DISPATCH_REHEARSAL": recording["starts"]}
    with served(database_url, settings) as url:
        return replay_at(url, recording, until=until, on_line=on_line)


def replay_at(
    url: str,
    recording: Document,
    *,
    until: int | None = None,
    on_line: Callable[[Document], None] = lambda _line: None,
) -> Replayed:
    """Play a day against a service that is in rehearsal already, and close the books."""
    service = Service(url)
    try:
        opening = levels(service)
        player = Player(service, recording, on_line)
        player.play(until)
        closing = read_closing(service)
    finally:
        service.close()
    claims = prove(opening, closing, player.diary)
    return Replayed(player.diary, closing, claims, canonical(closing))


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay as often as asked, print what holds; exit status 1 when something does not."""
    options = _parser().parse_args(arguments)
    recording = read_recording(options.recording)

    def tell(line: Document) -> None:
        if not options.quiet:
            told = f"{line['at']} {line['n']:>2} {line['who']}: {line['does']}"
            print(told, file=sys.stderr, flush=True)

    def one(folder: str) -> Replayed:
        address = f"sqlite:///{folder}/day.db"
        return replay(address, recording, until=options.until, on_line=tell)

    try:
        if options.url:
            days = [replay_at(options.url, recording, until=options.until, on_line=tell)]
        else:
            with ThreadPoolExecutor(options.parallel) as pool:
                folders = [tempfile.TemporaryDirectory() for _ in range(options.times)]
                days = list(pool.map(one, [folder.name for folder in folders]))
                for folder in folders:
                    folder.cleanup()
    except ReplayFailed as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return _report(days, options.keep)


def _report(days: Sequence[Replayed], keep: Path | None) -> int:
    good = True
    first = days[0]
    versions = len(first.closing.plans)
    print(f"reports acknowledged: {sum(len(ids) for ids in first.diary.reports.values())}")
    print(f"reports sent twice: {first.diary.duplicates}")
    print(f"publications refused to the second one: {first.diary.refused}")
    print(f"published versions: {versions}, visits: {len(first.closing.visits)}")
    for number, day in enumerate(days, 1):
        for claim, wrong in day.claims.items():
            print(f"replay {number}: {claim}: {'yes' if not wrong else 'NO: ' + wrong}")
            good = good and not wrong
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        for number, day in enumerate(days, 1):
            (keep / f"state-{number}.json").write_text(day.state, encoding="utf-8")
    for day in days[1:]:
        same = day.state == first.state
        good = good and same
        print(f"same state as the first replay: {'yes' if same else 'NO'} {digest(day.state)}")
        if not same:
            lines = unified_diff(first.state.splitlines(), day.state.splitlines(), n=1)
            print("\n".join(list(lines)[:60]))
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks replay", description=__doc__)
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--times", type=int, default=2, help="replays to compare (default: 2)")
    parser.add_argument("--parallel", type=int, default=1, metavar="N", help="replays at a time")
    parser.add_argument("--until", type=int, metavar="LINE", help="stop after this line")
    parser.add_argument("--url", help="a service in rehearsal that runs already; replays once")
    parser.add_argument("--keep", type=Path, help="folder for the canonical states")
    parser.add_argument("--quiet", action="store_true", help="do not print the lines played")
    return parser


if __name__ == "__main__":
    sys.exit(main())
