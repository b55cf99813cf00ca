"""Writes a city's ground into a pack's folder: one feature a line, one district after the other."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from civigrid.cli.generate.ground.drawing import Ground
from civigrid.cli.generate.ground.drawn import LAYERS, Address, Asset, Building, DistrictGround, Feature
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.model import GridPlan
from civigrid.places.rules import AddressKind

ADDRESS_COLUMNS = ("code", "name", "name_en", "kind", "lon", "lat", "building", "aliases")
ASSET_COLUMNS = ("code", "matter", "name", "owner", "keeper", "lon", "lat")
NAMED = (AddressKind.ESTATE, AddressKind.LANDMARK)  # addresses that are also other names of their community


@dataclass(slots=True)
class Written:
    """What was written. `counts`: rows by file; `addresses`: how many addresses have each name; `places`: by community, the
    names (and other names) of its estates and landmarks."""

    counts: dict[str, int] = field(default_factory=dict)
    addresses: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)


def write(ground: Ground, folder: Path) -> Written:
    """Draws the ground and writes grids.geojson, buildings.geojson, addresses.csv, assets.csv and layers/*.geojson
    into a folder that exists. Raises OSError."""
    (folder / "layers").mkdir(exist_ok=True)
    written = Written()
    with ExitStack() as stack:
        files = _Files(folder, stack, written)
        for district in ground.districts():
            files.add(district)
    return written


class _Features:
    """A FeatureCollection being written."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._file = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        self._file.write('{"type":"FeatureCollection","features":[')
        stack.callback(self._file.write, "\n]}\n")
        self._before = "\n"

    def add(self, properties: dict[str, Any], geometry: str) -> None:
        words = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
        self._file.write(f'{self._before}{{"type":"Feature","properties":{words},"geometry":{geometry}}}')
        self._before = ",\n"


class _Files:
    def __init__(self, folder: Path, stack: ExitStack, written: Written) -> None:
        self.grids = _Features(folder / "grids.geojson", stack)
        self.buildings = _Features(folder / "buildings.geojson", stack)
        self.layers = {code: _Features(folder / "layers" / f"{code}.geojson", stack) for code in LAYERS}
        self.addresses = _table(folder / "addresses.csv", ADDRESS_COLUMNS, stack)
        self.assets = _table(folder / "assets.csv", ASSET_COLUMNS, stack)
        self.written = written

    def add(self, district: DistrictGround) -> None:
        for grid, shape in district.grids:
            self.grids.add(_of_grid(grid), _geometry(shape, 7))
        for building in district.buildings:
            self.buildings.add(
                _of_building(building), f'{{"type":"Polygon","coordinates":[{_ring(building.ring, 6)}]}}'
            )
        for code, features in district.layers.items():
            first = self.written.counts.get(code, 0)
            for number, feature in enumerate(features, start=first + 1):
                self.layers[code].add(_of_feature(feature, code, number), _geometry(feature.shape, 6))
            self._count(code, len(features))
        self._addresses(district.addresses)
        self.assets.writerows(_of_asset(each) for each in district.assets)
        self._count("grids", len(district.grids))
        self._count("buildings", len(district.buildings))
        self._count("assets", len(district.assets))

    def _addresses(self, addresses: Sequence[Address]) -> None:
        first = self.written.counts.get("addresses", 0)
        for number, each in enumerate(addresses, start=first + 1):
            aliases = "|".join(each.aliases)
            place = (f"{each.lon:.6f}", f"{each.lat:.6f}")
            self.addresses.writerow(
                (f"A{number:06}", each.name, each.name_en, each.kind.value, *place, each.building, aliases)
            )
            self.written.addresses[each.name] += 1
            if each.kind in NAMED and each.community:
                self.written.places.setdefault(each.community, []).extend((each.name, *each.aliases))
        self._count("addresses", len(addresses))

    def _count(self, what: str, more: int) -> None:
        self.written.counts[what] = self.written.counts.get(what, 0) + more


def _table(path: Path, columns: Sequence[str], stack: ExitStack) -> Any:
    file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _of_grid(grid: GridPlan) -> dict[str, Any]:
    return {
        "code": grid.code, "name": grid.name, "name_en": grid.name_en, "kind": grid.kind.value,
        "residents": grid.residents,
    }  # fmt: skip


def _of_building(building: Building) -> dict[str, Any]:
    words = {
        "code": building.code, "name": building.name, "name_en": building.name_en, "address": building.address,
        "kind": building.kind.value, "floors": building.floors, "residents": building.residents,
        "estate": building.estate,
    }  # fmt: skip
    return {key: value for key, value in words.items() if value or key in ("code", "kind")}


def _of_feature(feature: Feature, layer: str, number: int) -> dict[str, Any]:
    words = {
        "code": f"{layer[0].upper()}{number:05}", "name": feature.name, "name_en": feature.name_en,
        "kind": feature.kind.value, "place_kind": feature.place_kind, "width": round(feature.width, 1),
    }  # fmt: skip
    return {key: value for key, value in words.items() if value}


def _of_asset(asset: Asset) -> tuple[str, ...]:
    place = (f"{asset.lon:.6f}", f"{asset.lat:.6f}")
    return (asset.code, asset.matter, asset.name, asset.owner, asset.keeper, *place)


def _geometry(shape: shapely.Geometry, decimals: int) -> str:
    """GeoJSON of points, lines, polygons and several of one kind."""
    kind = shape.geom_type
    if kind.startswith("Multi"):
        parts = ",".join(_coordinates(part, decimals) for part in shape.geoms)
        return f'{{"type":"{kind}","coordinates":[{parts}]}}'
    return f'{{"type":"{kind}","coordinates":{_coordinates(shape, decimals)}}}'


def _coordinates(shape: shapely.Geometry, decimals: int) -> str:
    if shape.geom_type == "Point":
        return f"[{shape.x:.{decimals}f},{shape.y:.{decimals}f}]"
    if shape.geom_type == "LineString":
        return _ring(shapely.get_coordinates(shape), decimals)
    rings: Iterator[Any] = iter((shape.exterior, *shape.interiors))
    return "[" + ",".join(_ring(shapely.get_coordinates(ring), decimals) for ring in rings) + "]"


def _ring(points: Floats, decimals: int) -> str:
    """A list of positions, without the zeros at the end of their numbers."""
    text = ",".join(f"[{round(x, decimals)!r},{round(y, decimals)!r}]" for x, y in points.tolist())
    return f"[{text}]"
