"""What can only be said of a pack's rows together: what they name must exist, and codes must fit their place."""

from __future__ import annotations

from collections.abc import Callable

from civigrid.catalog.rules.pack.content import Draft
from civigrid.catalog.rules.pack.links import areas, ground, limits, lists
from civigrid.catalog.rules.pack.links.told import Told

CHECKS: tuple[Callable[[Draft, Told], None], ...] = (
    areas.city, areas.regions, areas.grids, areas.units, areas.posts, lists.fields, lists.standards, limits.limits, lists.duty,
    ground.covered, ground.standing, ground.addresses, ground.assets, ground.layers, ground.reports,
    # what is odd in a whole that has no fault
    lists.answered, ground.counted,
)  # fmt: skip

__all__ = ["CHECKS", "Told"]
