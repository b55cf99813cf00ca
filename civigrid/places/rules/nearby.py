"""Assets near a point. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from civigrid.places.rules.metres import Metres

MOST = 4  # assets of one matter looked at around a point


@dataclass(frozen=True, slots=True)
class NearAsset:
    """An asset and how far it is from the point asked about. An owner of "" is unknown."""

    code: str
    owner: str
    metres: float


class AssetIndex:
    """The assets of a city, by the matter that is about them; columns of numbers, so that a million are small. Built once
    per edition; afterwards only read, and safe to share between threads."""

    def __init__(
        self,
        codes: Sequence[str],
        matters: Sequence[str],
        owners: Sequence[str],
        lons: Sequence[float],
        lats: Sequence[float],
    ) -> None:
        """Columns of one length: codes of 16 digits, codes of matters and owners ("" is unknown), degrees."""
        order = np.argsort(np.array(codes, dtype="U16"), kind="stable")
        self._codes = np.array(codes, dtype="U16")[order]
        self._owner_names, owner_of = np.unique(np.array(owners, dtype=object).astype(str), return_inverse=True)
        self._owners = owner_of[order].astype(np.int32)
        lat, lon = np.array(lats, dtype=float)[order], np.array(lons, dtype=float)[order]
        self._metres = Metres.around(float(np.mean(lat)) if len(lat) else 0.0)
        self._at = np.column_stack([lon * self._metres.east, lat * self._metres.north])
        self._of = self._by_matter(np.array(matters, dtype=object).astype(str)[order])

    def _by_matter(self, matters: npt.NDArray[np.str_]) -> dict[str, tuple[npt.NDArray[np.intp], cKDTree]]:
        names, which = np.unique(matters, return_inverse=True)
        rows = {str(name): np.flatnonzero(which == place) for place, name in enumerate(names)}
        return {name: (mine, cKDTree(self._at[mine])) for name, mine in rows.items()}

    def has(self, matter: str) -> bool:
        """Whether there are assets that this matter is about."""
        return matter in self._of

    def near(
        self, matter: str, lons: npt.ArrayLike, lats: npt.ArrayLike, reach: npt.ArrayLike
    ) -> list[tuple[NearAsset, ...]]:
        """The assets of a matter within so many metres (`reach`) of each point (degrees), the nearest first."""
        at = np.column_stack([np.asarray(lons) * self._metres.east, np.asarray(lats) * self._metres.north])
        if matter not in self._of:
            return [()] * len(at)
        rows, tree = self._of[matter]
        wide = np.broadcast_to(np.asarray(reach, dtype=float), len(at))
        far, which = tree.query(at, k=MOST, distance_upper_bound=float(wide.max(initial=0.0)))
        within = far <= wide[:, None]
        return [
            tuple(self._asset(rows[row], metres) for row, metres in zip(which[each][hit], far[each][hit], strict=True))
            for each, hit in enumerate(within)
        ]

    def _asset(self, row: np.intp, metres: float) -> NearAsset:
        return NearAsset(str(self._codes[row]), str(self._owner_names[self._owners[row]]), float(metres))

    def owner(self, code: str) -> str | None:
        """Whose the asset is, "" where nobody knows; None where there is none of that code."""
        row = int(np.searchsorted(self._codes, code))
        if row == len(self._codes) or self._codes[row] != code:
            return None
        return str(self._owner_names[self._owners[row]])
