"""A pack of any size, for tests that load one: square grids, and on each the same number of things."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.packfiles import CALENDARS, CITY, geojson, square

ROOT, TOWN_GRIDS, COMMUNITY_GRIDS = "990181", 40, 8


@dataclass(frozen=True)
class Size:
    """How much of everything a grid has; `people` is of the whole city."""

    grids: int = 40
    buildings: int = 5
    addresses: int = 5
    assets: int = 2
    features: int = 2
    people: int = 30


SMALL, COUNTY = Size(), Size(grids=708, buildings=43, addresses=43, assets=17, features=7, people=2900)


def codes(grids: int) -> list[str]:
    """Grid codes, in towns and communities of one size."""
    per_town = TOWN_GRIDS // COMMUNITY_GRIDS
    return [
        f"{ROOT}{each // TOWN_GRIDS + 1:03}{each // COMMUNITY_GRIDS % per_town + 1:03}{each % COMMUNITY_GRIDS + 1:03}"
        for each in range(grids)
    ]


def table(columns: str, rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns.split())
    writer.writerows(rows)
    return text.getvalue().encode()


def city(size: Size = SMALL) -> dict[str, bytes]:
    """The files of a city without faults."""
    grids = codes(size.grids)
    towns, communities = sorted({code[:9] for code in grids}), sorted({code[:12] for code in grids})
    corners = [(120 + 0.01 * (each % 40), 29 + 0.01 * (each // 40)) for each in range(size.grids)]
    return {
        "city.yaml": CITY.encode(),
        "calendars.yaml": CALENDARS.encode(),
        "regions.csv": table(
            "code name kind",
            [(ROOT, "云汀市", ""), *((c, f"{c[-2:]}街道", "street") for c in towns),
             *((c, f"{c[-5:]}社区", "residents") for c in communities)],
        ),
        "grids.geojson": geojson([square(code, *corner) for code, corner in zip(grids, corners, strict=True)]),
        "units.csv": _units(towns, communities),
        "people.csv": table("username name", ((f"p{n}", f"承办人{n}") for n in range(size.people))),
        "posts.csv": table("username unit role", ((f"p{n}", towns[n % len(towns)], "handler") for n in range(size.people))),
        "matters.csv": table(
            "code family major name keywords check_by callback",
            ((f"M{n:02}", "city", "大类", f"小类{n}", f"词{n}|另一个词{n}", "site", "sample") for n in range(60)),
        ),
        "fields.csv": table(
            "matter field name kind choices",
            ((f"M{n:02}", "state", "状况", "choice", "好|坏") for n in range(60)),
        ),
        "standards.csv": table(
            "code matter urgency arrival arrival_unit limit unit default",
            ((f"M{n:02}-1", f"M{n:02}", 3, 2, "work_hours", 2, "work_days", "yes") for n in range(60)),
        ),
        "duty.csv": table("code matter lead", ((f"D{n:02}", f"M{n:02}", "town/03") for n in range(60))),
        **_things(size, grids, corners),
    }  # fmt: skip


def _units(towns: Sequence[str], communities: Sequence[str]) -> bytes:
    rows = [("1008", "市指挥中心", "centre", "", ROOT, "24")]
    for town in towns:
        rows += [
            (town, f"{town}分中心", "town", "1008", town, "24"),
            (f"{town}03", f"{town}执法队", "town_office", town, town, "G"),
        ]
    rows += [(code, f"{code}居委会", "community", code[:9], code, "G") for code in communities]
    return table("code name kind parent region calendar", rows)


def _things(size: Size, grids: Sequence[str], corners: Sequence[tuple[float, float]]) -> dict[str, bytes]:
    def spots(count: int) -> Iterable[tuple[int, str, float, float]]:
        """(number, grid, longitude, latitude) of so many things in each grid."""
        for each, (grid, (x, y)) in enumerate(zip(grids, corners, strict=True)):
            for n in range(count):
                yield each * count + n, grid, round(x + 0.001 + 0.0001 * n, 6), round(y + 0.002, 6)

    def building(n: int, x: float, y: float) -> dict[str, Any]:
        share = 1500 // size.buildings + (n % size.buildings < 1500 % size.buildings)
        words = {
            "code": f"B{n:07}",
            "name": f"{n}号楼",
            "kind": "home",
            "floors": 6,
            "residents": share,
            "estate": "湖景花园",
        }
        return square(words["code"], x, y, 0.00008) | {"properties": words}

    def line(n: int, x: float, y: float) -> dict[str, Any]:
        shape = {"type": "LineString", "coordinates": [[x, y], [x + 0.005, y], [x + 0.005, y + 0.003]]}
        words = {"code": f"R{n}", "name": f"学府路{n}", "kind": "main", "place_kind": "R1", "width": 18}
        return {"type": "Feature", "properties": words, "geometry": shape}

    return {
        "buildings.geojson": geojson([building(n, x, y) for n, _, x, y in spots(size.buildings)]),
        "addresses.csv": table(
            "code name kind lon lat aliases",
            ((f"A{n:07}", f"学府路{n}号", "door", x, y, f"老学府路{n}号") for n, _, x, y in spots(size.addresses)),
        ),
        "assets.csv": table(
            "code matter name owner lon lat",
            ((f"{ROOT}0118{n:06}", f"M{n % 60:02}", f"DH-{n:05}", "1008", x, y) for n, _, x, y in spots(size.assets)),
        ),
        "layers/roads.geojson": geojson([line(n, x, y) for n, _, x, y in spots(size.features)]),
        "layers/kinds.geojson": geojson([]),
    }
