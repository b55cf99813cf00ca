"""A city of service requests with coordinates: squares for grids, its types as matters of the departments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from tests.realpacks.writing import city, majority, people, rows_of, write, write_json, write_map


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
        "code name kind region",
        [("C1", "Centre", "centre", root), *((code, name, "government", root) for name, code in units.items())],
    )
    people(folder, root, "C1", units.values())
    leads, days = defaultdict[str, Counter[str]](Counter), defaultdict[str, list[float]](list)
    majors = {row["type"]: row["reason"] for row in requests}
    for row in requests:
        leads[row["type"]][row["department"]] += bool(row["department"])
        if row["target_dt"]:
            days[row["type"]].append(_days(row))
    codes = {kind: f"B{n:03}" for n, kind in enumerate(sorted(majors), 1)}
    write(
        folder,
        "matters.csv",
        "code family major name name_en check_by callback",
        ((code, "city", majors[kind], kind, kind, "photo", "none") for kind, code in codes.items()),
    )
    write(
        folder,
        "standards.csv",
        "code matter urgency limit unit default",
        ((f"S-{code}", code, 3, _limit(days[kind]), "days", "yes") for kind, code in codes.items()),
    )
    write(
        folder,
        "duty.csv",
        "code matter lead basis",
        ((f"D-{codes[kind]}", codes[kind], units[lead], "majority") for kind, lead in majority(leads)),
    )
    write_map(folder, "boston", {"matter_code": codes})
    return folder


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
