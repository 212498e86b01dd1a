"""The catalogue in the form of the file."""

from __future__ import annotations

import json
from typing import Any

import demo_catalogue as catalogue

Record = dict[str, Any]


def equipment_type(code: str) -> Record:
    """Write one type of equipment with its faults as it stands in the file."""
    name, name_en, skill, minutes, checklist, loaner, faults = catalogue.TYPES[code]
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "maintenance": {
            "minutes": minutes,
            "skills": [{"name": skill, "min_level": 1}],
            "tools": [catalogue.TOOLS[skill][0]],
            "parts": {},
        },
        "checklist": checklist,
        "checklist_en": catalogue.CHECKLISTS_EN[code],
        "loaner_part": loaner,
        "faults": [_fault(code, skill, fault) for fault in faults],
    }


def _fault(type_code: str, skill: str, fault: tuple[Any, ...]) -> Record:
    code, title, title_en, minutes, level, parts, tool, crew = fault
    rare_type, rare_code, rare = catalogue.RARE_SKILL
    needed = rare if (type_code, code) == (rare_type, rare_code) else skill
    return {
        "code": code,
        "title": title,
        "title_en": title_en,
        "minutes": minutes,
        "skills": [{"name": needed, "min_level": level}],
        "tools": [catalogue.TOOLS[skill][-1], *([tool] if tool else [])],
        "parts": parts,
        "crew_size": crew,
    }


ASKED_FOR = {"hospital": "设备科", "data_centre": "值班长", "port": "机电队", "bank": "营业厅主管"}
SURNAMES = "林陈李黄梁吴何许庞郑莫钟"


def with_contacts(sites: list[Record]) -> list[Record]:
    """Invent whom to ask for at each site; drawn by its number, so that nothing else moves."""
    return [
        {**site, "contacts": [_contact(number, site["kind"])]}
        for number, site in enumerate(sites, 1)
    ]


def _contact(number: int, kind: str) -> Record:
    name = f"{SURNAMES[number % len(SURNAMES)]}{'主任' if number % 3 else '工'}"
    role = ASKED_FOR.get(kind, "物业值班室")
    return {"name": name, "role": role, "phone": f"+86 759 100 {number:04d}"}


def parts() -> list[Record]:
    """Write all parts as they stand in the file."""
    return [
        {"id": id, "name": name, "name_en": name_en, "unit_price": price}
        for id, (name, name_en, price, _) in catalogue.PARTS.items()
    ]


def write(world: Record) -> str:
    """Write the world as JSON, one record a line, so that changes can be read."""
    lines = []
    for key, value in world.items():
        if isinstance(value, list):
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f'"{key}": [\n{rows}\n ]')
        else:
            lines.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n " + ",\n ".join(lines) + "\n}\n"
