"""The codes of the area: every one has words in both languages in `words.py`."""

from __future__ import annotations

from enum import StrEnum


class Precision(StrEnum):
    """The finest place known. OUTSIDE is a point beyond the city's border."""

    GRID = "grid"
    POINT = "point"  # in the city, but in none of its grids, or it has none
    COMMUNITY = "community"
    TOWN = "town"
    CITY = "city"
    NONE = "none"
    OUTSIDE = "outside"


class SpotHow(StrEnum):
    POINT = "point"  # the point lies in a grid
    CODE = "code"  # the sender gave the region's code
    ADDRESS = "address"  # an address is named in the text
    WORDS = "words"  # a region is named in the text
    DIFFER = "differ"  # the point and the address named lie far apart, or the point is at one of several of that name
    PERSON = "person"  # somebody put the pin there
    NONE = "none"
