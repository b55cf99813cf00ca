"""Which shapes hold which points, for many points at once. Values in, values out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Places = npt.NDArray[np.int64]


class Cover:
    """Built once per edition of the shapes; afterwards only read, and safe to share between threads."""

    def __init__(self, shapes: npt.NDArray[np.object_]) -> None:
        # copies, prepared for points alone and asked once before threads share them: what is prepared fills in as it goes
        self.shapes: npt.NDArray[np.object_] = shapely.from_wkb(shapely.to_wkb(np.asarray(shapes, dtype=object)))
        shapely.prepare(self.shapes)
        shapely.intersects(self.shapes, shapely.centroid(self.shapes))
        self.tree = shapely.STRtree(self.shapes)

    def hits(self, points: npt.NDArray[np.object_]) -> tuple[Places, Places]:
        """Which of the points (by place) lie in which of the shapes (by place), their borders included."""
        asked, held = self.tree.query(points)
        inside = shapely.intersects(self.shapes[held], points[asked])
        return asked[inside], held[inside]

    def first(self, points: npt.NDArray[np.object_]) -> Places:
        """The first shape that holds each point; the number of shapes for a point in none."""
        asked, held = self.hits(points)
        found = np.full(len(points), len(self.shapes), dtype=np.int64)
        np.minimum.at(found, asked, held)
        return found
