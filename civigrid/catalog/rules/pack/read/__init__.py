"""Each file of a pack into rows. What can be said of a row by itself is said here."""

from civigrid.catalog.rules.pack.read.city import calendars, city
from civigrid.catalog.rules.pack.read.directory import people, posts, units
from civigrid.catalog.rules.pack.read.lists import duty, duty_rows, fields, matters, standard_rows, standards
from civigrid.catalog.rules.pack.read.places import addresses, assets, regions
from civigrid.catalog.rules.pack.read.shapes import buildings, grids, layer
from civigrid.catalog.rules.pack.read.stock import reports

__all__ = [
    "addresses", "assets", "buildings", "calendars", "city", "duty", "duty_rows", "fields", "grids", "layer", "matters",
    "people", "posts", "regions", "reports", "standard_rows", "standards", "units",
]  # fmt: skip
