"""Where the demonstration's city has its places, by name: another seed or a better generator may move them."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import shapely

PACK = Path(__file__).resolve().parents[1] / "packs" / "demo"


def at(name: str) -> tuple[float, float]:
    """Longitude and latitude of the one address of that name."""
    ((lon, lat),) = _addresses()[name]
    return lon, lat


def inside(grid: str) -> tuple[float, float]:
    """A point well inside a grid, by its code."""
    point = grid_shape(grid).representative_point()
    return point.x, point.y


def grid_shape(grid: str) -> shapely.Geometry:
    return _grids()[grid]


def grid_codes() -> list[str]:
    return list(_grids())


@cache
def _addresses() -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    with (PACK / "addresses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["name"], []).append((float(row["lon"]), float(row["lat"])))
    return found


@cache
def _grids() -> dict[str, shapely.Geometry]:
    features = json.loads((PACK / "grids.geojson").read_text("utf-8"))["features"]
    return {each["properties"]["code"]: shapely.geometry.shape(each["geometry"]) for each in features}
