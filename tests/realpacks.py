"""City packs made from the real data beside the project, for tests and benches only. Region codes begin with 99.

python -m tests.realpacks hotline DIR      messages and their label tree: no grids, regions by name
python -m tests.realpacks boston DIR       service requests: a square grid laid over the city
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MAPS = Path(__file__).parent / "maps"
OFFICE = {"1-5": ["08:30-12:00", "14:30-17:30"]}
ROUND_THE_CLOCK = {"1-7": ["00:00-24:00"]}


def rows_of(path: str) -> Iterator[dict[str, str]]:
    file = DATA / path
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text))


def write(folder: Path, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns.split())
        out.writerows(rows)


def write_json(folder: Path, name: str, value: object) -> None:
    """JSON is YAML as well."""
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def city(folder: Path, *, name: str, root: str, timezone: str, bar: float = 0.6) -> None:
    sources = {
        code: {"name": label, "name_en": label, "carry": "dispatch"}
        for code, label in (("01", "phone"), ("02", "web"), ("07", "unit"))
    }
    write_json(
        folder, "city.yaml",
        {"name": name, "name_en": name, "timezone": timezone, "root": root, "number_pattern": "{date}-{seq}",
         "confidence_bar": bar, "calendar": "G", "sources": sources, "place_kinds": {}},
    )  # fmt: skip
    write_json(
        folder, "calendars.yaml",
        {"G": {"name": "office", "national_holidays": True, "week": OFFICE},
         "24": {"name": "always", "national_holidays": False, "week": ROUND_THE_CLOCK}},
    )  # fmt: skip


def people(folder: Path, root: str, centre: str, units: Iterable[str]) -> None:
    """One person a role at the centre, and a liaison, a handler and a reviewer in each unit."""
    centre_roles = ["intake", "duty_chief", "dispatcher", "inspector", "caller", "office", "leader", "auditor"]
    posts = [(role, centre, role, root) for role in centre_roles]
    posts += [(f"{role}-{unit}", unit, role, root) for unit in units for role in ("liaison", "handler", "reviewer")]
    write(folder, "people.csv", "username name", ((username, username) for username, *_ in posts))
    write(folder, "posts.csv", "username unit role regions", posts)


def hotline_pack(folder: Path) -> Path:
    """A 市 with its districts as the finest regions; a unit for each first-level label, which has all its matters."""
    folder.mkdir(parents=True, exist_ok=True)
    root = "990201"
    city(folder, name="A市", root=root, timezone="Asia/Shanghai")
    named = Counter(
        re.findall(
            r"A\d+[市区县]",
            " ".join(row["title"] + row["detail"] for row in rows_of("hotline_zh/messages_4326.csv.gz")),
        )
    )
    districts = sorted(name for name, often in named.items() if often >= 20)
    write(
        folder,
        "regions.csv",
        "code name kind",
        [(root, "A市", ""), *((f"{root}{n:03}", name, "street") for n, name in enumerate(districts, 1))],
    )
    tree = [(row["level1"], row["level2"], row["level3"]) for row in rows_of("hotline_zh/label_tree.csv")]
    majors = sorted({first for first, _, _ in tree})
    unit_of = {major: f"U{n:02}" for n, major in enumerate(majors, 1)}
    units = [(unit_of[major], f"{major}局", "government", root, "G") for major in majors]
    write(folder, "units.csv", "code name kind region calendar", [("C1", "中心", "centre", root, "24"), *units])
    people(folder, root, "C1", unit_of.values())
    leaves = sorted({(first, second, third) for first, second, third in tree})
    codes = {leaf: f"M{n:03}" for n, leaf in enumerate(leaves, 1)}
    write(
        folder, "matters.csv", "code family major name keywords check_by callback",
        ((codes[leaf], "hotline", leaf[0], f"{leaf[1]}·{leaf[2]}" if leaf[2] else leaf[1],
          "|".join(_words(leaf[1:])), "call", "all") for leaf in leaves),
    )  # fmt: skip
    write(
        folder,
        "standards.csv",
        "code matter urgency limit unit default",
        ((f"S-{codes[leaf]}", codes[leaf], 3, 5, "work_days", "yes") for leaf in leaves),
    )
    write(
        folder,
        "duty.csv",
        "code matter lead basis",
        ((f"D-{codes[leaf]}", codes[leaf], unit_of[leaf[0]], "label tree") for leaf in leaves),
    )
    return folder


def _words(labels: Iterable[str]) -> list[str]:
    return sorted({word for label in labels for word in re.split(r"[、和与及（）()/,，]", label) if len(word) >= 2})


def boston_pack(folder: Path) -> Path:
    """720 squares over the city, four to a community; each type is a matter of the department that had most of it."""
    folder.mkdir(parents=True, exist_ok=True)
    requests = list(rows_of("boston311/requests.csv.gz"))
    root = "990301"
    city(folder, name="Boston", root=root, timezone="America/New_York")
    regions, grids = _squares(
        root, west=-71.195, south=42.225, east=-70.980, north=42.400, towns=(5, 4), communities=(3, 3), grids=(2, 2)
    )
    write(folder, "regions.csv", "code name kind", [(root, "Boston", ""), *regions])
    write_json(folder, "grids.geojson", {"type": "FeatureCollection", "features": grids})
    departments = sorted({row["department"] for row in requests if row["department"]})
    units = {department: f"U{n:02}" for n, department in enumerate(departments, 1)}
    write(
        folder,
        "units.csv",
        "code name kind region calendar",
        [
            ("C1", "Centre", "centre", root, "24"),
            *((code, name, "government", root, "G") for name, code in units.items()),
        ],
    )
    people(folder, root, "C1", units.values())
    leads, days = defaultdict[str, Counter[str]](Counter), defaultdict[str, list[float]](list)
    majors = {row["type"]: row["reason"] for row in requests}
    for row in requests:
        leads[row["type"]][row["department"]] += bool(row["department"])
        if row["target_dt"]:
            days[row["type"]].append(_days(row))
    write(
        folder,
        "matters.csv",
        "code family major name name_en check_by callback",
        ((kind, "city", majors[kind], kind, kind, "photo", "none") for kind in sorted(majors)),
    )
    write(
        folder,
        "standards.csv",
        "code matter urgency limit unit default",
        ((f"S-{kind}", kind, 3, _limit(days[kind]), "days", "yes") for kind in sorted(majors)),
    )
    write(
        folder,
        "duty.csv",
        "code matter lead basis",
        ((f"D-{kind}", kind, units[lead], "majority") for kind, lead in _majority(leads)),
    )
    return folder


def _majority(leads: Mapping[str, Counter[str]]) -> Iterator[tuple[str, str]]:
    for kind in sorted(leads):
        for lead, often in leads[kind].most_common(1):
            if often:
                yield kind, lead


def _days(row: Mapping[str, str]) -> float:
    opened, target = (datetime.fromisoformat(row[name]) for name in ("open_dt", "target_dt"))
    return (target - opened).total_seconds() / 86400


def _limit(days: Sequence[float]) -> int:
    return min(max(round(median(days)), 1), 365) if days else 7


def _squares(
    root: str, *, west: float, south: float, east: float, north: float,
    towns: tuple[int, int], communities: tuple[int, int], grids: tuple[int, int],
) -> tuple[list[tuple[str, str, str]], list[object]]:  # fmt: skip
    """A rectangle cut in towns, each in communities, each in grids; (columns, rows) each."""
    regions: list[tuple[str, str, str]] = []
    features: list[object] = []
    columns, lines = towns[0] * communities[0] * grids[0], towns[1] * communities[1] * grids[1]
    for town in range(towns[0] * towns[1]):
        code = f"{root}{town + 1:03}"
        regions.append((code, f"Town {town + 1:02}", "street"))
        for community in range(communities[0] * communities[1]):
            below = f"{code}{community + 1:03}"
            regions.append((below, f"Community {town + 1:02}-{community + 1}", "residents"))
            for grid in range(grids[0] * grids[1]):
                x = ((town % towns[0]) * communities[0] + community % communities[0]) * grids[0] + grid % grids[0]
                y = ((town // towns[0]) * communities[1] + community // communities[0]) * grids[1] + grid // grids[0]
                box = [
                    (west + (east - west) * (x + i) / columns, south + (north - south) * (y + j) / lines)
                    for i, j in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
                ]
                words = {
                    "code": f"{below}{grid + 1:03}",
                    "name": f"Grid {below[6:]}-{grid + 1}",
                    "kind": "ordinary",
                    "residents": 0,
                }
                features.append(
                    {"type": "Feature", "properties": words, "geometry": {"type": "Polygon", "coordinates": [box]}}
                )
    return regions, features


PACKS = {"hotline": hotline_pack, "boston": boston_pack}

if __name__ == "__main__":
    print(PACKS[sys.argv[1]](Path(sys.argv[2])))
