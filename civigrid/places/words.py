"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.places.rules import GridKind, Level, RegionKind

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
