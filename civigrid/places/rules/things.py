"""What stands on the ground: buildings, addresses, assets and the features of map layers. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ASSET_DIGITS, CLASS_DIGITS = 16, 4  # county 6, class 4, serial 6 (GB/T 30428.2)


class BuildingKind(StrEnum):
    HOME = "home"
    OFFICE = "office"
    SHOP = "shop"
    FACTORY = "factory"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    PUBLIC = "public"
    FARM = "farm"
    OTHER = "other"


class AddressKind(StrEnum):
    DOOR = "door"  # 门牌
    ESTATE = "estate"  # 小区
    CROSSING = "crossing"  # 路口
    LANDMARK = "landmark"  # 地标
    STOP = "stop"  # 站点
    POLE = "pole"  # 杆号


class LayerStyle(StrEnum):
    """What a layer of the map shows, and so how it is drawn."""

    ROAD = "road"
    RAIL = "rail"
    WATER = "water"
    GREEN = "green"
    PLACE = "place"  # kinds of place 地点类型
    SITE = "site"  # points of interest


class FeatureKind(StrEnum):
    """The class of a feature inside its layer; each style has its own (`FEATURE_KINDS`)."""

    NONE = ""
    EXPRESSWAY = "expressway"
    HIGHWAY = "highway"
    MAIN = "main"
    SECONDARY = "secondary"
    BRANCH = "branch"
    LANE = "lane"
    RAIL = "rail"
    METRO = "metro"
    RIVER = "river"
    LAKE = "lake"
    RESERVOIR = "reservoir"
    CANAL = "canal"
    SEA = "sea"
    PARK = "park"
    SQUARE = "square"
    FOREST = "forest"
    FIELD = "field"
    MANAGED = "managed"
    UNMANAGED = "unmanaged"
    VILLAGE = "village"
    MARKET = "market"
    INDUSTRY = "industry"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    SITE = "site"
    PORT = "port"
    STOP = "stop"
    STATION = "station"
    GATE = "gate"
    LANDMARK = "landmark"


FEATURE_KINDS: dict[LayerStyle, tuple[FeatureKind, ...]] = {
    LayerStyle.ROAD: (
        FeatureKind.EXPRESSWAY, FeatureKind.HIGHWAY, FeatureKind.MAIN, FeatureKind.SECONDARY, FeatureKind.BRANCH,
        FeatureKind.LANE,
    ),
    LayerStyle.RAIL: (FeatureKind.RAIL, FeatureKind.METRO),
    LayerStyle.WATER: (
        FeatureKind.RIVER, FeatureKind.LAKE, FeatureKind.RESERVOIR, FeatureKind.CANAL, FeatureKind.SEA,
    ),
    LayerStyle.GREEN: (FeatureKind.PARK, FeatureKind.SQUARE, FeatureKind.FOREST, FeatureKind.FIELD),
    LayerStyle.PLACE: (
        FeatureKind.MANAGED, FeatureKind.UNMANAGED, FeatureKind.VILLAGE, FeatureKind.MARKET, FeatureKind.INDUSTRY,
        FeatureKind.SCHOOL, FeatureKind.HOSPITAL, FeatureKind.SITE, FeatureKind.PORT,
    ),
    LayerStyle.SITE: (FeatureKind.STOP, FeatureKind.STATION, FeatureKind.GATE, FeatureKind.LANDMARK),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewBuilding:
    """A building as a city pack gives it. `shape`: footprint or point as WKB, EPSG:4326; `lon`, `lat` lie inside it.
    `residents` is a count; `grid_code` is "" where no grid holds it."""

    code: str
    kind: BuildingKind
    shape: bytes
    lon: float
    lat: float
    name: str = ""
    name_en: str = ""
    address: str = ""
    floors: int = 0
    residents: int = 0
    estate: str = ""
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A name of a point in people's mouths. Two addresses may have one name: a person is asked which is meant."""

    code: str
    name: str
    kind: AddressKind
    lon: float
    lat: float
    name_en: str = ""
    building_code: str = ""
    aliases: tuple[str, ...] = ()
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class NewAsset:
    """部件: a thing of the city with a code of 16 digits. `matter_code` is what is reported about it; `owner_code` 权属
    and `keeper_code` 养护 are units, an owner of "" is unknown."""

    code: str
    matter_code: str
    lon: float
    lat: float
    name: str = ""
    owner_code: str = ""
    keeper_code: str = ""
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class NewFeature:
    """A feature of a map layer; `code` is its layer's, a slash, its own. `width`: metres of ground a line covers."""

    code: str
    layer: str
    kind: FeatureKind
    shape: bytes
    name: str = ""
    name_en: str = ""
    place_kind: str = ""
    width: float = 0.0
