"""The layers of the map as they are on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.base import stamps
from civigrid.places.models import FeatureVersion
from civigrid.places.queries.stamp import AREA
from civigrid.places.rules import FeatureKind


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """One layer: columns of one length, in the order of the codes. `shapes` (EPSG:4326) is what `tree` indexes;
    `widths` are metres of ground a line covers, 0 where it covers none."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    names_en: tuple[str, ...]
    kinds: tuple[FeatureKind, ...]
    place_kinds: tuple[str, ...]
    widths: npt.NDArray[np.float64]
    shapes: npt.NDArray[np.object_]
    tree: shapely.STRtree

    def __len__(self) -> int:
        return len(self.codes)


def features(layer: str, on: date) -> FeatureSet:
    """The features of a layer (a code of `catalog.queries.city().layers`); an empty set where it has none."""
    return all_features(on).get(layer) or _set(())


@stamps.kept(AREA)
def all_features(on: date) -> Mapping[str, FeatureSet]:
    """Every layer of a day that has features, by its code."""
    found = (
        FeatureVersion.objects.filter(valid__contains=on).select_related("feature").order_by("layer", "feature__code")
    )
    return {layer: _set(list(rows)) for layer, rows in groupby(found, key=lambda row: row.layer)}


def _set(rows: Sequence[FeatureVersion]) -> FeatureSet:
    shapes = np.array(shapely.from_wkb([bytes(row.shape) for row in rows]), dtype=object)
    return FeatureSet(
        codes=tuple(row.feature.code.partition("/")[2] for row in rows),
        names=tuple(row.name for row in rows),
        names_en=tuple(row.name_en for row in rows),
        kinds=tuple(FeatureKind(row.kind) for row in rows),
        place_kinds=tuple(row.place_kind for row in rows),
        widths=np.array([row.width for row in rows], dtype=float),
        shapes=shapes,
        tree=shapely.STRtree(shapes),
    )
