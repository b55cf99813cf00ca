"""Numbers for the kinds of buildings, for columns of them."""

from __future__ import annotations

from civigrid.places.rules import BuildingKind

KINDS = tuple(BuildingKind)
HOME, OFFICE, SHOP, FACTORY, SCHOOL, HOSPITAL, PUBLIC, FARM, OTHER = (KINDS.index(kind) for kind in KINDS)
