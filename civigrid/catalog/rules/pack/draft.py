"""The files of a pack read into one draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import shapely

from civigrid.catalog.rules.lists import NewCity, NewMatter
from civigrid.catalog.rules.pack import content, read, sheets
from civigrid.catalog.rules.pack.content import At, Draft
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import Row, once
from civigrid.directory.rules import NewUnit
from civigrid.places.rules import NOWHERE, GridIndex, NewAddress, NewAsset, NewBuilding, NewFeature, NewGrid, NewRegion

T = TypeVar("T")
S = TypeVar("S", NewBuilding, NewAddress, NewAsset)
Reader = Callable[[bytes, Faults], list[Row]]
SheetReader = Callable[[bytes, sheets.Names, Faults], list[Row]]
Progress = Callable[[str, int, int], None]  # the step, how much of it is done, of how much

READ, COMPARE, SAVE = "read", "compare", "save"


class Files:
    """The files of a pack that may be read, each read once; tells how far it has come."""

    def __init__(self, files: Mapping[str, bytes], faults: Faults, progress: Progress) -> None:
        self._files, self._faults, self._progress = files, faults, progress
        self._read = 0

    def rows(self, name: str, reader: Callable[[bytes, Faults], list[T]]) -> list[T]:
        """What a reader finds in a file; nothing where there is none."""
        return reader(self._files[name], self._faults) if self._opens(name) else []

    def city(self) -> NewCity | None:
        return read.city(self._files[content.CITY], self._faults) if self._opens(content.CITY) else None

    def layer(self, code: str, style: str) -> list[At[NewFeature]]:
        name = content.layer_file(code)
        return read.layer(code, style, self._files[name], self._faults) if self._opens(name) else []

    def listed(self, name: str, reader: Reader, by_sheet: SheetReader, names: sheets.Names) -> list[Row]:
        """The rows of a list that may be a table or a workbook."""
        book = content.EITHER[name]
        if not self._opens(book):
            return self.rows(name, reader)
        if name in self._files:
            self._faults.add(book, 0, "", "two_files", value=name)
        found = by_sheet(self._files[book], names, self._faults)
        once(found, ("code",))
        if book in self._faults.lost:
            self._faults.lost.add(name)
        return found

    def _opens(self, name: str) -> bool:
        if name not in self._files or name in self._faults.lost:
            return False
        self._read += 1
        self._progress(READ, self._read, len(self._files))
        return True


def drafted(files: Files) -> Draft:
    """Every file read, in the order in which one helps to read another; what stands on the ground with its grid."""
    city = files.city()
    layers = city.layers if city else {}
    grids = files.rows(content.GRIDS, read.grids)
    index = _index(grids)
    regions, units = files.rows(content.REGIONS, read.regions), files.rows(content.UNITS, read.units)
    matters = files.rows(content.MATTERS, read.matters)
    names = _names(city, regions, units, matters)
    return Draft(
        city=city,
        calendars=files.rows(content.CALENDARS, read.calendars),
        regions=regions,
        grids=grids,
        units=units,
        people=files.rows(content.PEOPLE, read.people),
        posts=files.rows(content.POSTS, read.posts),
        matters=matters,
        fields=files.rows(content.FIELDS, read.fields),
        standards=read.standards(files.listed(content.STANDARDS, read.standard_rows, sheets.standards, names)),
        duty=read.duty(files.listed(content.DUTY, read.duty_rows, sheets.duty, names)),
        buildings=_placed(files.rows(content.BUILDINGS, read.buildings), grids, index),
        addresses=_placed(files.rows(content.ADDRESSES, read.addresses), grids, index),
        assets=_placed(files.rows(content.ASSETS, read.assets), grids, index),
        features={code: files.layer(code, layer["style"]) for code, layer in layers.items()},
        reports=files.rows(content.REPORTS, read.reports),
    )


def _names(
    city: NewCity | None, regions: list[At[NewRegion]], units: list[At[NewUnit]], matters: list[At[NewMatter]]
) -> sheets.Names:
    """What a workbook may call by name."""
    return sheets.Names(
        [at.it for at in matters],
        [at.it for at in units],
        [at.it for at in regions],
        city.place_kinds if city else {},
        city.root_code if city else "",
    )


def _index(grids: Sequence[At[NewGrid]]) -> GridIndex:
    """From points to places in the list of grids."""
    drawn = [(place, at.it) for place, at in enumerate(grids) if at.it.shape]
    shapes = shapely.from_wkb([grid.shape for _, grid in drawn])
    return GridIndex([grid.code for _, grid in drawn], [place for place, _ in drawn], shapes)


def _placed(rows: Sequence[At[S]], grids: Sequence[At[NewGrid]], index: GridIndex) -> list[At[S]]:
    """Each row with the code of the grid that holds it; "" outside all."""
    found = index.locate([at.it.lon for at in rows], [at.it.lat for at in rows]).tolist()
    codes = ("" if place == NOWHERE else grids[place].it.code for place in found)
    return [At(at.file, at.row, replace(at.it, grid_code=code)) for at, code in zip(rows, codes, strict=True)]
