"""What is known of a report's place before and after it was found. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from civigrid.locate.rules.codes import Precision, SpotHow
from civigrid.places.rules import AddressKind


@dataclass(frozen=True, slots=True)
class SpotRow:
    """One report's place. lon/lat in degrees, EPSG:4326; `words` are those of the text that named it.

    `border_m`: metres to the border of its grid, None without one. `neighbours`: ids of the other grids it may lie in.
    `candidates`: codes of the addresses the text may mean, where it does not say which; nothing is decided between them.
    `asset_code`: the asset it is about, where that is known.
    """

    report_id: int
    precision: Precision
    how: SpotHow
    region_code: str = ""
    grid_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    place_kind: str = ""
    words: str = ""
    border_m: float | None = None
    neighbours: tuple[int, ...] = ()
    candidates: tuple[str, ...] = ()
    asset_code: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address the text may mean. `grids`: those its ground lies in, one as a rule; `region`: the finest that holds
    them all; `asset`: the one that bears its number."""

    code: str
    kind: AddressKind
    lon: float
    lat: float
    region: str
    grids: tuple[int, ...] = ()
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report says about its place, and what was looked up for it.

    `grid_id` and `grid_region` are those of its point, `inside` says whether that lies in the city. `given` is the region
    the sender named, "" where unknown; `addresses` those the text may mean, by `address_words`, `one_name` where one name
    stands for them all; `named` the codes of the regions it may mean, by `words`.
    """

    report_id: int
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    grid_id: int | None = None
    grid_region: str = ""
    inside: bool = True
    given: str = ""
    addresses: tuple[Address, ...] = ()
    address_words: str = ""
    one_name: bool = True
    named: tuple[str, ...] = ()
    words: str = ""
