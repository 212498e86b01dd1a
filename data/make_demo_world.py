"""Make ``data/demo_world.json`` by ``python data/make_demo_world.py [--check]``.

The same seed gives the same file, byte for byte. Days and minutes in it count from the moment
at which the demo starts, so the world is always alive; durations are in minutes, money in
cents. ``data/README.md`` says what the world promises.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import demo_catalogue as catalogue
import demo_places as places
from demo_records import equipment_type, parts, with_contacts, write

SEED = 20261123
EQUIPMENT = 260
TARGET = Path(__file__).with_name("demo_world.json")
KEY_TYPES = {"ups", "precision_ac", "ct", "mri", "generator", "fire_panel", "lift"}
CITY = "city"
COUNTY_ENGINEER = {
    "suixi": "e11",
    "lianjiang": "e09",
    "wuchuan": "e10",
    "leizhou": "e08",
    "xuwen": "e12",
}
Record = dict[str, Any]


class DemoWorld:
    """Draws the world, one kind of thing after the other."""

    def __init__(self) -> None:
        # Nothing secret is drawn here; the seed is what matters.
        self.random = random.Random(SEED)  # noqa: S311
        self.sites: list[Record] = []
        self.equipment: list[Record] = []
        self.requests: list[Record] = []
        self.vans = {name: self._first_van(name) for name in catalogue.ENGINEERS}
        self.shelves = self._first_shelves()
        self.contracts = self._contracts()

    def draw(self) -> Record:
        """Draw everything and return the file as data."""
        self._add_sites()
        self._add_equipment()
        self._age_equipment()
        self._add_requests()
        return {
            "about": "Invented company in real towns; made by data/make_demo_world.py.",
            "seed": SEED,
            "zone": "Asia/Shanghai",
            "country": "CN",
            "travel": {"speed_kmh": 40, "detour_factor": 1.3},
            "roster": {"duty_teams": catalogue.DUTY_TEAMS, "starts": "08:00", "ends": "17:30"},
            "depots": self._depots(),
            "engineers": self._engineers(),
            "contracts": self.contracts,
            "sites": with_contacts(self.sites),
            "equipment_types": [equipment_type(code) for code in catalogue.TYPES],
            "equipment": self.equipment,
            "parts": parts(),
            "requests": self.requests,
        }

    def _skills(self, engineer: str) -> dict[str, int]:
        skills = dict(catalogue.ENGINEERS[engineer][3])
        if engineer in catalogue.GENERALISTS:
            skills |= {name: 1 for name in catalogue.SKILLS if name not in skills}
        return skills

    def _first_van(self, engineer: str) -> dict[str, int]:
        van = {}
        for part, (_, _, _, skill) in catalogue.PARTS.items():
            level = self._skills(engineer).get(skill, 0)
            if level >= 2 or (level == 1 and self.random.random() < 0.4):
                van[part] = self.random.randint(1, 2) * (2 if part == "P-UPS-BAT" else 1)
        return van

    def _first_shelves(self) -> dict[str, dict[str, int]]:
        shelves: dict[str, dict[str, int]] = {"d1": {}, "d2": {}}
        for part in catalogue.PARTS:
            if part in catalogue.NEVER_IN_STOCK:
                continue
            shelves["d1"][part] = self.random.randint(1, 4)
            if self.random.random() < 0.5:
                shelves["d2"][part] = self.random.randint(1, 2)
        # The regulators are sold out until the morning's delivery.
        shelves["d1"]["P-GEN-AVR"] = 0
        shelves["d2"].pop("P-GEN-AVR", None)
        return shelves

    def _depots(self) -> list[Record]:
        def depot(id: str, name: str, name_en: str, address: str, lat: float, lon: float) -> Record:
            return {
                "id": id,
                "name": name,
                "name_en": name_en,
                "address": address,
                "lat": lat,
                "lon": lon,
                "tools": catalogue.DEPOT_TOOLS[id],
                "pickup_min": 10,
                "opens": "07:00",
                "closes": "20:00",
                "stock": self.shelves[id],
                "inbound": [],
            }

        main = depot("d1", "湛江总仓", "Zhanjiang main depot", "麻章区金园路", 21.257, 110.338)
        south = depot("d2", "雷州分仓", "Leizhou branch depot", "雷州市西湖大道", 20.921, 110.081)
        main["inbound"] = [
            {"part": "P-GEN-AVR", "quantity": 2, "in_minutes": 150},
            {"part": "P-UPS-BAT", "quantity": 8, "in_minutes": 300},
            {"part": "P-LFT-CTL", "quantity": 1, "in_minutes": 1500},
        ]
        south["inbound"] = [{"part": "P-AC-CMP", "quantity": 1, "in_minutes": 420}]
        return [main, south]

    def _engineers(self) -> list[Record]:
        found = []
        for number, (id, person) in enumerate(catalogue.ENGINEERS.items(), start=1):
            name, name_en, area, _, per_hour = person
            skills = self._skills(id)
            best = max(skills, key=lambda skill: (skills[skill], skill))
            tools = sorted({tool for skill in skills for tool in catalogue.TOOLS[skill]})
            found.append(
                {
                    "id": id,
                    "name": name,
                    "name_en": name_en,
                    "phone": f"+86 759 000 {number:04d}",
                    "territory": places.AREAS[area][5],
                    "home": self._place(area),
                    "skills": [{"name": skill, "level": skills[skill]} for skill in sorted(skills)],
                    "tools": tools,
                    "van_stock": dict(sorted(self.vans[id].items())),
                    "duration_factor": {best: 0.9} if skills[best] == 3 else {},
                    "cost": {
                        "per_shift": 0,
                        "per_hour": per_hour,
                        "per_overtime_hour": per_hour * 3 // 2,
                        "per_km": 80,
                    },
                }
            )
        return found

    def _contracts(self) -> list[Record]:
        found = []
        for number, customer in enumerate(places.CUSTOMERS, start=1):
            name, name_en, policy, _, key_account, monthly_fee, areas = customer
            territory = places.AREAS[areas[0]][5]
            fixed = COUNTY_ENGINEER.get(territory) or self.random.choice(("e01", "e04", "e07"))
            found.append(
                {
                    "id": f"c{number:02d}",
                    "customer": name,
                    "customer_en": name_en,
                    "policy": policy,
                    "monthly_fee": monthly_fee,
                    "maintenance_visit_price": 30000,
                    "starts_in_days": -self.random.randint(200, 900),
                    "ends_in_days": self.random.randint(120, 700),
                    "key_account": key_account,
                    "representatives": [fixed] if key_account else [],
                }
            )
        return found

    def _place(self, area: str) -> Record:
        _, _, lat, lon, spread, _ = places.AREAS[area]
        return {
            "lat": round(lat + self.random.uniform(-spread, spread), 5),
            "lon": round(lon + self.random.uniform(-spread, spread), 5),
        }

    def _add_sites(self) -> None:
        for contract, customer in zip(self.contracts, places.CUSTOMERS, strict=True):
            name, name_en, _, kind, _, _, areas = customer
            opens, closes, daily, _ = places.KINDS[kind]
            for position, area in enumerate(areas):
                zh, en, *_, territory = places.AREAS[area]
                twin = areas[:position].count(area) + 1
                again = f" {twin}" if areas.count(area) > 1 else ""
                self.sites.append(
                    {
                        "id": f"s{len(self.sites) + 1:03d}",
                        "contract": contract["id"],
                        "customer": name,
                        "area": area,
                        "kind": kind,
                        "name": f"{name}（{zh}{again}）",
                        "name_en": f"{name_en}, {en}{again}",
                        "address": f"湛江市{zh}{self.random.choice('东西南北')}路{self.random.randint(1, 199)}号",
                        "territory": territory,
                        **self._place(area),
                        "opens": opens,
                        "closes": closes,
                        "every_day": daily,
                    }
                )

    def _add_equipment(self) -> None:
        wanted = [
            *catalogue.PLATINUM_CRITICAL,
            *catalogue.PLATINUM_MAJOR,
            *catalogue.IMPOSSIBLE,
            catalogue.CREW,
            catalogue.LOANER,
        ]
        for customer, area, kind, *_ in wanted:
            self._add_piece(self._site(customer, area), kind)
        turn = 0
        while len(self.equipment) < EQUIPMENT:
            site = self.sites[turn % len(self.sites)]
            here = [piece["type"] for piece in self.equipment if piece["site"] == site["id"]]
            kinds = places.KINDS[site["kind"]][3]
            new = [kind for kind in kinds if kind not in here]
            self._add_piece(site, self.random.choice(new or kinds))
            turn += 1

    def _site(self, customer: str, area: str) -> Record:
        return next(s for s in self.sites if (s["customer"], s["area"]) == (customer, area))

    def _add_piece(self, site: Record, kind: str) -> None:
        number = len(self.equipment) + 1
        self.equipment.append(
            {
                "id": f"q{number:03d}",
                "site": site["id"],
                "type": kind,
                "grade": "key" if kind in KEY_TYPES else "general",
                "name": f"{catalogue.TYPES[kind][0]} {number:03d}",
                "model": f"{kind.upper().replace('_', '-')}-{self.random.choice((10, 20, 40, 80))}",
                "serial": f"ZJ{self.random.randint(10**7, 10**8 - 1)}",
            }
        )

    def _age_equipment(self) -> None:
        """Let about two dozen rounds be due around the first day, and three be overdue."""
        pieces = [piece for piece in self.equipment if piece["type"] != "mri"]
        due_now = self.random.sample(pieces, 27)
        overdue = {piece["id"] for piece in due_now[:3]}
        near = {piece["id"] for piece in due_now[3:]}
        warranty = {piece["id"] for piece in self.random.sample(pieces, 8)}
        for piece in self.equipment:
            key = piece["grade"] == "key"
            interval = 91 if key else 182
            if piece["id"] in overdue:
                due = -self.random.randint(22, 30)
            elif piece["id"] in near:
                due = self.random.randint(-4, 5)
            else:
                due = self.random.randint(22 if key else 32, interval - 5)
            last = due - interval
            piece["last_maintenance_in_days"] = last
            piece["installed_in_days"] = last - self.random.randint(200, 2500)
            piece["months_between"] = None
            piece["warranty_end_in_days"] = None
            if piece["id"] in warranty:
                piece["installed_in_days"] = last - self.random.randint(10, 120)
                piece["warranty_end_in_days"] = piece["installed_in_days"] + 730
        first = next(one for one in self.equipment if one["id"] in warranty)
        first["warranty_end_in_days"] = 31
        first["installed_in_days"] = min(-334, first["last_maintenance_in_days"])

    def _add_requests(self) -> None:
        for *what, minutes in catalogue.PLATINUM_CRITICAL:
            self._request(*self._named(*what), "critical", minutes)
        for *what, minutes in catalogue.PLATINUM_MAJOR:
            self._request(*self._named(*what), "major", minutes)
        for *what, severity, minutes in (*catalogue.IMPOSSIBLE, catalogue.CREW, catalogue.LOANER):
            self._request(*self._named(*what), severity, minutes)
        self._draw_requests("platinum", "minor", 8, (60, 600))
        self._draw_requests("standard", "critical", 5, (30, 400))
        self._draw_requests("standard", "major", 14, (60, 900))
        self._draw_requests("standard", "minor", 27, (120, 2500))
        self._draw_requests("platinum", "consultation", 2, (5, 25))
        self._draw_requests("standard", "consultation", 4, (20, 300))
        # One customer cannot be reached.
        minor = [one for one in self.requests if one["severity"] == "minor"]
        minor[5]["pause"] = {"reason": "customer_unavailable", "minutes_ago": 45}

    def _named(self, customer: str, area: str, kind: str, fault: str) -> tuple[Record, str]:
        site = self._site(customer, area)
        busy = {request["equipment"] for request in self.requests}
        piece = next(
            one
            for one in self.equipment
            if one["site"] == site["id"] and one["type"] == kind and one["id"] not in busy
        )
        return piece, fault

    def _draw_requests(
        self, policy: str, severity: str, count: int, minutes: tuple[int, int]
    ) -> None:
        busy = {request["equipment"] for request in self.requests}
        policies = {contract["id"]: contract["policy"] for contract in self.contracts}
        sites = {site["id"]: site for site in self.sites}
        pool = [
            (piece, fault[0])
            for piece in self.equipment
            if piece["id"] not in busy and policies[sites[piece["site"]]["contract"]] == policy
            # A clock that runs on Sundays is fair only where a duty team can be.
            if policy == "standard" or sites[piece["site"]]["territory"] == CITY
            for fault in catalogue.TYPES[piece["type"]][6]
            if self._can_be_done(piece["type"], fault, sites[piece["site"]]["territory"])
        ]
        self.random.shuffle(pool)
        for _ in range(count):
            piece, fault = pool.pop()
            pool = [one for one in pool if one[0]["id"] != piece["id"]]
            self._request(piece, fault, severity, self.random.randint(*minutes))

    def _can_be_done(self, kind: str, fault: tuple[Any, ...], territory: str) -> bool:
        """Whether somebody of the territory has the level, without a crew or a rare part."""
        _, _, _, _, level, parts, tool, crew = fault
        skill = catalogue.TYPES[kind][2]
        if kind == "mri" or crew > 1 or any(part in catalogue.NEVER_IN_STOCK for part in parts):
            return False
        if territory == CITY:
            return True
        from_depot = tool or any(not catalogue.PARTS[part][3] for part in parts)
        # Only Suixi is near enough to the depot to fetch something there on the way.
        reachable = territory == "suixi" or not from_depot
        return reachable and self._skills(COUNTY_ENGINEER[territory])[skill] >= level

    def _request(self, piece: Record, code: str, severity: str, minutes: int) -> None:
        site = next(one for one in self.sites if one["id"] == piece["site"])
        kind = catalogue.TYPES[piece["type"]]
        _, zh, en, _, level, parts, *_ = next(fault for fault in kind[6] if fault[0] == code)
        question = severity == "consultation"
        if not question:
            self._stock_up(site["territory"], kind[2], level, parts)
        self.requests.append(
            {
                "id": f"r{len(self.requests) + 1:03d}",
                "site": site["id"],
                "equipment": piece["id"],
                "severity": severity,
                "fault": code,
                "minutes_ago": minutes,
                "summary": f"咨询：{kind[0]}日常使用" if question else f"{kind[0]}：{zh}",
                "summary_en": f"Question on using the {kind[1]}"
                if question
                else f"{kind[1]}: {en}",
                "stages": self._stages(minutes),
                "pause": None,
            }
        )

    def _stages(self, minutes: int) -> list[Record]:
        """Acknowledged within its limit, and diagnosed, where there has been time for it."""
        acknowledged = minutes - self.random.randint(3, 25)
        if acknowledged <= 0:
            return []
        stages = [{"state": "acknowledged", "minutes_ago": acknowledged}]
        diagnosed = acknowledged - self.random.randint(10, 60)
        return stages + [{"state": "diagnosed", "minutes_ago": diagnosed}] * (diagnosed > 0)

    def _stock_up(self, territory: str, skill: str, level: int, parts: dict[str, int]) -> None:
        """See to it that what a request needs exists once more, near where it is needed."""
        for part, quantity in parts.items():
            if part in catalogue.NEVER_IN_STOCK or part == "P-GEN-AVR":
                continue
            if not catalogue.PARTS[part][3]:
                self.shelves["d1"][part] += quantity
            elif territory == CITY:
                able = [
                    name
                    for name in catalogue.ENGINEERS
                    if places.AREAS[catalogue.ENGINEERS[name][2]][5] == CITY
                    and self._skills(name).get(skill, 0) >= level
                ]
                keeper = self.random.choice(able)
                self.vans[keeper][part] = self.vans[keeper].get(part, 0) + quantity
            else:
                van = self.vans[COUNTY_ENGINEER[territory]]
                van[part] = van.get(part, 0) + quantity


def main() -> int:
    """Write the file, or with ``--check`` tell whether it is what the script makes."""
    text = write(DemoWorld().draw())
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
