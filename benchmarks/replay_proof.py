"""What must hold at the end of a day, read over HTTP and held against what its people know."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.replay_day import Diary
from benchmarks.replay_people import V1, Document, Service
from dispatch.formats import parse_case, parse_plan
from dispatch.planning.audit import audit

__all__ = ["Closing", "canonical", "digest", "levels", "prove", "read_closing"]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
VOLATILE = frozenset({"elapsed_s", "notes", "trace", "progress"})
OVER = ("finished", "could_not_finish", "cancelled")
PROMISE_BEFORE, PROMISE_AFTER = timedelta(minutes=30), timedelta(minutes=60)
Levels = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Closing:
    """What the service says at the end.

    Parameters
    ----------
    plans, cases
        Published versions in the order they were published, and the case of each.
    diffs
        The bill of each published version against the one before it; none for the first.
    visits, reports
        By id: every visit that anything named, and the reports kept on it.
    shelves, vans
        Pieces by (place, part); what vans owe is taken off.
    rest
        Everything else that two replays must agree on.
    """

    plans: list[Document]
    cases: list[Document]
    diffs: list[Document]
    visits: dict[str, Document]
    reports: dict[str, list[Document]]
    shelves: Levels
    vans: Levels
    rest: Document


def levels(service: Service) -> tuple[Levels, Levels]:
    """Pieces on shelves and in vans."""
    shelves = {
        (row["depot"], row["part"]): row["quantity"]
        for row in service.pages("/stock")
        if row["quantity"] is not None
    }
    vans = {
        (row["engineer"], row["part"]): row["quantity"] - row["owed"]
        for row in service.read("/van-stock")["items"]
    }
    return shelves, vans


def read_closing(service: Service) -> Closing:
    """Read everything that has to hold, or to be the same in another replay."""
    heads = [head for head in service.pages("/plans") if head["publication"] is not None]
    versions = [
        head["version"] for head in sorted(heads, key=lambda one: (one["day"], one["publication"]))
    ]
    plans = [service.read(f"/plans/{version}") for version in versions]
    cases = [service.read(f"/plans/{version}/case") for version in versions]
    diffs = [
        service.read(f"/plans/{before}/diff/{after}")
        for before, after in itertools.pairwise(versions)
    ]
    requests = service.pages("/requests")
    named = {visit["id"] for case in cases for visit in case["visits"]}
    named |= {visit["id"] for request in requests for visit in request["visits"]}
    visits, reports = {}, {}
    for id in sorted(named):
        answer = service.admin.get(f"{V1}/visits/{id}")
        if answer.status_code == 200:
            visits[id] = answer.json()
            reports[id] = service.read(f"/visits/{id}/events")["items"]
    shelves, vans = levels(service)
    depots = [row["id"] for row in service.pages("/depots")]
    day = service.clock().date().isoformat()
    rest = {
        "requests": requests,
        "disruptions": service.read("/disruptions"),
        "picking": [service.read(f"/picking-lists?depot={id}&day={day}") for id in depots],
        "shortages": service.read("/shortages"),
        "expected": service.read("/expected-times"),
        "log": list(_log(service)),
    }
    return Closing(plans, cases, diffs, visits, reports, shelves, vans, rest)


def _log(service: Service) -> Iterator[Document]:
    """Everything that was told, up to a mark that is set for the purpose."""
    policy = service.read("/replanning-policy")
    policy["mode"] = "off"
    answer = service.admin.put(f"{V1}/replanning-policy", json=policy)
    answer.raise_for_status()
    with service.admin.stream("GET", f"{V1}/events", headers={"Last-Event-ID": "0"}) as stream:
        kind = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("data: "):
                told: Document = json.loads(line.removeprefix("data: "))
                # How often the solver reports depends on the machine.
                if kind != "run_progressed":
                    yield told
                if kind == "replanning_policy_changed" and told["subject"] == "off":
                    return


def prove(opening: tuple[Levels, Levels], closing: Closing, diary: Diary) -> dict[str, str]:
    """Hold the end of the day against its beginning and what happened.

    Returns
    -------
    dict
        By claim: empty when it holds, else what is wrong.
    """
    return {
        "no visit lost": _lost(closing),
        "no visit doubled": _doubled(closing),
        "every report kept once": _reports(closing, diary),
        "shelves balance": _balance(opening[0], diary.shelves, closing.shelves),
        "vans balance": _balance(opening[1], diary.vans, closing.vans),
        "every promise change is in the churn bill": _promises(closing),
        "check accepts every published version": _check(closing),
    }


def _lost(closing: Closing) -> str:
    wrong = []
    for plan, case in zip(closing.plans, closing.cases, strict=True):
        wanted = {visit["id"] for visit in case["visits"]}
        placed = {stop["visit"] for stop in _visit_stops(plan)}
        left = {one["visit"] for one in plan["unassigned"]}
        if wanted != placed | left or placed & left:
            version = plan["publication"]["version"]
            wrong.append(f"plan {version}: {sorted(wanted ^ (placed | left))}, {placed & left}")
        wrong += [f"{one['visit']}: no reason" for one in plan["unassigned"] if not one["reasons"]]
    last = {visit["id"] for visit in closing.cases[-1]["visits"]}
    asked = datetime.fromisoformat(closing.cases[-1]["now"])
    ended = {
        visit["id"]
        for request in closing.rest["requests"]
        if request["state"] in ("resolved_remotely", "fixed", "confirmed", "closed", "cancelled")
        # Nobody drives while the customer cannot let anybody in.
        or any(one["end"] is None for one in request["pauses"])
        # Nor before the next plan has taken up what was reported after this one.
        or datetime.fromisoformat(request["reported_at"]) > asked
        for visit in request["visits"]
    }
    wrong += [
        f"{id}: {visit['state']}, and in no plan"
        for id, visit in closing.visits.items()
        if visit["state"] not in OVER and id not in last | ended
    ]
    return "; ".join(wrong)


def _doubled(closing: Closing) -> str:
    wrong = []
    for plan, case in zip(closing.plans, closing.cases, strict=True):
        crews = {visit["id"]: visit.get("crew_size", 1) for visit in case["visits"]}
        counts = Counter(stop["visit"] for stop in _visit_stops(plan))
        version = plan["publication"]["version"]
        wrong += [
            f"plan {version}: {id} stands {count} times"
            for id, count in counts.items()
            if count != crews[id]
        ]
    return "; ".join(wrong)


def _visit_stops(plan: Document) -> Iterator[Document]:
    for route in plan["routes"]:
        for stop in route["stops"]:
            if stop["visit"]:
                yield stop


def _reports(closing: Closing, diary: Diary) -> str:
    kept = {id: [one["event_id"] for one in rows] for id, rows in closing.reports.items() if rows}
    told = {id: sorted(ids) for id, ids in diary.reports.items()}
    wrong = [id for id in {*kept, *told} if sorted(kept.get(id, [])) != told.get(id, [])]
    return "; ".join(f"{id}: kept {kept.get(id)}, sent {told.get(id)}" for id in sorted(wrong))


def _balance(opening: Levels, moves: Levels, closing: Levels) -> str:
    wrong = []
    for place in sorted({*opening, *moves, *closing}):
        expected = opening.get(place, 0) + moves.get(place, 0)
        if expected != closing.get(place, 0):
            told = f"{opening.get(place, 0)} + {moves.get(place, 0)} = {expected}"
            wrong.append(f"{place[0]}/{place[1]}: {told}, but {closing.get(place, 0)}")
    return "; ".join(wrong)


def _promises(closing: Closing) -> str:
    """Follow the promises from plan to plan, and look for each change in the bill."""
    wrong: list[str] = []
    promises: dict[str, tuple[datetime, datetime]] = {}
    before: set[str] = set()
    for place, plan in enumerate(closing.plans):
        starts: dict[str, datetime] = {}
        for stop in _visit_stops(plan):
            start = datetime.fromisoformat(stop["start"])
            starts[stop["visit"]] = min(start, starts.get(stop["visit"], start))
        broken = {
            id
            for id, start in starts.items()
            if id in promises and not promises[id][0] <= start <= promises[id][1]
        }
        asked = {visit["id"] for visit in closing.cases[place]["visits"]}
        withdrawn = {id for id in before - starts.keys() if id in asked}
        if place:
            bill = {one["visit"]: one for one in closing.diffs[place - 1]["changes"]}
            wrong += _in_bill(plan, closing.cases[place], bill, broken, withdrawn)
            total, priced = closing.diffs[place - 1]["total"], plan["cost"]["churn"]
            if total != priced:
                told = f"the bill says {total}, the plan's own cost {priced}"
                wrong.append(f"plan {plan['publication']['version']}: {told}")
        for id, start in starts.items():
            if id in broken or id not in promises:
                promises[id] = (start - PROMISE_BEFORE, start + PROMISE_AFTER)
        before = set(starts)
    for id, (start, end) in promises.items():
        now = closing.visits[id]
        said = (_instant(now["promise_start"]), _instant(now["promise_end"]))
        if said != (start, end):
            wrong.append(f"{id}: promised {said}, by the plans {start} to {end}")
    return "; ".join(wrong)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _in_bill(
    plan: Document,
    case: Document,
    bill: Mapping[str, Document],
    broken: set[str],
    withdrawn: set[str],
) -> Iterator[str]:
    version = plan["publication"]["version"]
    weights = case.get("weights", {}).get("churn", {})
    for id in sorted(broken | withdrawn):
        change = bill.get(id)
        if change is None:
            yield f"plan {version}: {id} is not in the bill"
        elif id in broken and change["price"] < weights.get(change["stage"] or "", 1):
            yield f"plan {version}: {id} moved for {change['price']}, stage {change['stage']}"
        elif id in withdrawn and change["kind"] != "removed":
            yield f"plan {version}: {id} fell out as {change['kind']}"


def _check(closing: Closing) -> str:
    wrong = []
    for plan, case in zip(closing.plans, closing.cases, strict=True):
        document = {name: value for name, value in plan.items() if name != "publication"}
        found = audit(parse_case(json.dumps(case)), parse_plan(json.dumps(document)))
        wrong += [f"plan {plan['publication']['version']}: {one}" for one in found]
    return "; ".join(wrong)


def canonical(closing: Closing) -> str:
    """Write down all that two replays must agree on, without names made by chance."""
    whole = {
        "plans": closing.plans,
        "cases": closing.cases,
        "diffs": closing.diffs,
        "visits": closing.visits,
        "reports": closing.reports,
        "shelves": _plain(closing.shelves),
        "vans": _plain(closing.vans),
        "rest": closing.rest,
    }
    text = json.dumps(_steady(whole), ensure_ascii=False, sort_keys=True, indent=1)
    names: dict[str, str] = {}
    return UUID.sub(lambda found: names.setdefault(found[0], f"id-{len(names) + 1}"), text)


def digest(text: str) -> str:
    """SHA-256 of a canonical state."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(found: Levels) -> dict[str, int]:
    return {"/".join(place): pieces for place, pieces in found.items()}


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _steady(one) for name, one in value.items() if name not in VOLATILE}
    if isinstance(value, list):
        return [_steady(one) for one in value]
    return value
