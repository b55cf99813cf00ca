"""What is drawn of a district: rows of the files, with their shapes in degrees."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely

from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.model import DistrictPlan, GridPlan
from civigrid.places.rules import AddressKind, BuildingKind, FeatureKind

LAYERS = ("roads", "rail", "water", "green", "places", "sites")


@dataclass(frozen=True, slots=True)
class Feature:
    """A row of a layer. `shape`: degrees; `width`: metres of ground that a line covers, 0 for others."""

    shape: shapely.Geometry
    kind: FeatureKind
    name: str = ""
    name_en: str = ""
    place_kind: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Building:
    """`ring`: its footprint, closed, degrees."""

    code: str
    ring: Floats
    kind: BuildingKind
    floors: int
    residents: int
    name: str = ""
    name_en: str = ""
    address: str = ""
    estate: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """`building`: the code of the building it is of, "" for none. `community`: the code it lies in."""

    name: str
    name_en: str
    kind: AddressKind
    lon: float
    lat: float
    building: str = ""
    aliases: tuple[str, ...] = ()
    community: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """`owner`: a unit's code, "" where nobody knows."""

    code: str
    matter: str
    name: str
    owner: str
    keeper: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class DistrictGround:
    """All of a district. `grids` and their polygons are in the order of the plan."""

    plan: DistrictPlan
    grids: list[tuple[GridPlan, shapely.Polygon]]
    buildings: list[Building] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    layers: dict[str, list[Feature]] = field(default_factory=dict)
