"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.locate.rules import Precision, SpotHow

PRECISIONS: dict[Precision, str | Promise] = {
    Precision.GRID: pgettext_lazy("precision", "Grid"),
    Precision.POINT: pgettext_lazy("precision", "Point outside all grids"),
    Precision.COMMUNITY: pgettext_lazy("precision", "Community"),
    Precision.TOWN: pgettext_lazy("precision", "Town"),
    Precision.CITY: pgettext_lazy("precision", "City"),
    Precision.NONE: pgettext_lazy("precision", "Place not known"),
    Precision.OUTSIDE: pgettext_lazy("precision", "Outside the city"),
}

HOW: dict[SpotHow, str | Promise] = {
    SpotHow.POINT: pgettext_lazy("how located", "By the point on the map"),
    SpotHow.CODE: pgettext_lazy("how located", "By the region the sender chose"),
    SpotHow.ADDRESS: pgettext_lazy("how located", "By an address in the text"),
    SpotHow.WORDS: pgettext_lazy("how located", "By a name in the text"),
    SpotHow.DIFFER: pgettext_lazy("how located", "The point and the words do not agree"),
    SpotHow.PERSON: pgettext_lazy("how located", "A person set the place"),
    SpotHow.NONE: pgettext_lazy("how located", "Nothing tells the place"),
}

REFUSALS: dict[str, str | Promise] = {
    "unknown_place": _("No address of the city fits. Type its name or code, or set the point on the map."),
    "several_places": _("Several places fit: %(places)s. Give the code of the one that is meant."),
    "unknown_grid": _("There is no such grid."),
    "grid_too_far": _("That grid is more than %(metres)s m from the point."),
}
