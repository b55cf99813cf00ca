"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.places.rules import (
    AddressKind,
    BuildingKind,
    Crs,
    FeatureKind,
    GridKind,
    LayerStyle,
    Level,
    RegionKind,
)

LEVELS: dict[Level, str | Promise] = {
    Level.PROVINCE: _("Province"),
    Level.PREFECTURE: _("Prefecture-level city"),
    Level.COUNTY: _("County-level city"),
    Level.TOWN: pgettext_lazy("level", "Town or street"),
    Level.COMMUNITY: pgettext_lazy("level", "Village or community"),
}

REGION_KINDS: dict[RegionKind, str | Promise] = {
    RegionKind.NONE: "",
    RegionKind.STREET: pgettext_lazy("kind of town", "Street office"),
    RegionKind.TOWN: pgettext_lazy("kind of town", "Town"),
    RegionKind.TOWNSHIP: pgettext_lazy("kind of town", "Township"),
    RegionKind.ZONE: pgettext_lazy("kind of town", "Development zone"),
    RegionKind.RESIDENTS: pgettext_lazy("kind of community", "Residents' committee"),
    RegionKind.VILLAGE: pgettext_lazy("kind of community", "Villagers' committee"),
    RegionKind.SIMILAR: pgettext_lazy("kind of community", "Similar to a residents' committee"),
}

GRID_KINDS: dict[GridKind, str | Promise] = {
    GridKind.ORDINARY: pgettext_lazy("kind of grid", "Ordinary"),
    GridKind.SPECIAL: pgettext_lazy("kind of grid", "Special"),
}

BUILDING_KINDS: dict[BuildingKind, str | Promise] = {
    BuildingKind.HOME: pgettext_lazy("kind of building", "Dwelling"),
    BuildingKind.OFFICE: pgettext_lazy("kind of building", "Office"),
    BuildingKind.SHOP: pgettext_lazy("kind of building", "Shop"),
    BuildingKind.FACTORY: pgettext_lazy("kind of building", "Factory"),
    BuildingKind.SCHOOL: pgettext_lazy("kind of building", "School"),
    BuildingKind.HOSPITAL: pgettext_lazy("kind of building", "Hospital"),
    BuildingKind.PUBLIC: pgettext_lazy("kind of building", "Public building"),
    BuildingKind.FARM: pgettext_lazy("kind of building", "Farm building"),
    BuildingKind.OTHER: pgettext_lazy("kind of building", "Other"),
}

ADDRESS_KINDS: dict[AddressKind, str | Promise] = {
    AddressKind.DOOR: pgettext_lazy("kind of address", "Door plate"),
    AddressKind.ESTATE: pgettext_lazy("kind of address", "Residential compound"),
    AddressKind.CROSSING: pgettext_lazy("kind of address", "Crossing"),
    AddressKind.LANDMARK: pgettext_lazy("kind of address", "Landmark"),
    AddressKind.STOP: pgettext_lazy("kind of address", "Stop"),
    AddressKind.POLE: pgettext_lazy("kind of address", "Pole number"),
}

SYSTEMS: dict[Crs, str | Promise] = {
    Crs.WGS84: pgettext_lazy("coordinates", "WGS 84 (satellite navigation)"),
    Crs.CGCS2000: pgettext_lazy("coordinates", "CGCS2000 (national)"),
    Crs.GCJ02: pgettext_lazy("coordinates", "GCJ-02 (most Chinese maps)"),
    Crs.BD09: pgettext_lazy("coordinates", "BD-09 (Baidu)"),
}

LAYER_STYLES: dict[LayerStyle, str | Promise] = {
    LayerStyle.ROAD: pgettext_lazy("style of a map layer", "Roads"),
    LayerStyle.RAIL: pgettext_lazy("style of a map layer", "Railways"),
    LayerStyle.WATER: pgettext_lazy("style of a map layer", "Water"),
    LayerStyle.GREEN: pgettext_lazy("style of a map layer", "Green spaces"),
    LayerStyle.PLACE: pgettext_lazy("style of a map layer", "Kinds of place"),
    LayerStyle.SITE: pgettext_lazy("style of a map layer", "Points of interest"),
}

FEATURE_KINDS: dict[FeatureKind, str | Promise] = {
    FeatureKind.NONE: "",
    FeatureKind.EXPRESSWAY: pgettext_lazy("on the map", "Expressway"),
    FeatureKind.HIGHWAY: pgettext_lazy("on the map", "Highway"),
    FeatureKind.MAIN: pgettext_lazy("on the map", "Main road"),
    FeatureKind.SECONDARY: pgettext_lazy("on the map", "Secondary road"),
    FeatureKind.BRANCH: pgettext_lazy("on the map", "Branch road"),
    FeatureKind.LANE: pgettext_lazy("on the map", "Lane"),
    FeatureKind.RAIL: pgettext_lazy("on the map", "Railway"),
    FeatureKind.METRO: pgettext_lazy("on the map", "Metro"),
    FeatureKind.RIVER: pgettext_lazy("on the map", "River"),
    FeatureKind.LAKE: pgettext_lazy("on the map", "Lake"),
    FeatureKind.RESERVOIR: pgettext_lazy("on the map", "Reservoir"),
    FeatureKind.CANAL: pgettext_lazy("on the map", "Canal"),
    FeatureKind.SEA: pgettext_lazy("on the map", "Sea"),
    FeatureKind.PARK: pgettext_lazy("on the map", "Park"),
    FeatureKind.SQUARE: pgettext_lazy("on the map", "Square"),
    FeatureKind.FOREST: pgettext_lazy("on the map", "Forest"),
    FeatureKind.FIELD: pgettext_lazy("on the map", "Field"),
    FeatureKind.MANAGED: pgettext_lazy("on the map", "Managed estate"),
    FeatureKind.UNMANAGED: pgettext_lazy("on the map", "Estate without management"),
    FeatureKind.VILLAGE: pgettext_lazy("on the map", "Village"),
    FeatureKind.MARKET: pgettext_lazy("on the map", "Market"),
    FeatureKind.INDUSTRY: pgettext_lazy("on the map", "Industrial area"),
    FeatureKind.SCHOOL: pgettext_lazy("on the map", "School"),
    FeatureKind.HOSPITAL: pgettext_lazy("on the map", "Hospital"),
    FeatureKind.SITE: pgettext_lazy("on the map", "Building site"),
    FeatureKind.PORT: pgettext_lazy("on the map", "Port"),
    FeatureKind.STOP: pgettext_lazy("on the map", "Stop"),
    FeatureKind.STATION: pgettext_lazy("on the map", "Station"),
    FeatureKind.GATE: pgettext_lazy("on the map", "Gate"),
    FeatureKind.LANDMARK: pgettext_lazy("on the map", "Landmark"),
}
