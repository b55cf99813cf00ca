"""The whole check: read every file, hold the rows against each other, and put the pack together if nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TypeVar

from civigrid.catalog.rules.lists import NewDutyRow
from civigrid.catalog.rules.pack import content, links, read, shapes
from civigrid.catalog.rules.pack.content import At, Draft, Pack, known
from civigrid.catalog.rules.pack.faults import Fault, Faults
from civigrid.catalog.rules.pack.local import expanded
from civigrid.directory.rules import NewPost
from civigrid.places.rules import with_predecessors

T = TypeVar("T")

WHOLE_CITY = ("",)


def check(files: Mapping[str, bytes]) -> tuple[Pack | None, list[Fault]]:
    """`files`: the bytes of a pack's files by their names. A pack with any fault is no pack: the first is None."""
    faults = Faults()
    for name in content.FILES:
        if name not in files and name not in content.OPTIONAL:
            faults.add(name, 0, "", "file_missing")
    for name in sorted(files.keys() - set(content.FILES)):
        if name.endswith((".csv", ".yaml", ".geojson")):
            faults.add(name, 0, "", "file_unknown", allowed=", ".join(content.FILES))
    draft = _read(files, faults)
    for look in links.CHECKS:
        look(draft, faults)
    pack = None if faults or draft.city is None else _pack(draft)
    return pack, list(faults)


def _read(files: Mapping[str, bytes], faults: Faults) -> Draft:
    def rows(name: str, reader: Callable[[bytes, Faults], list[At[T]]]) -> list[At[T]]:
        return reader(files[name], faults) if name in files else []

    return Draft(
        city=read.city(files[content.CITY], faults) if content.CITY in files else None,
        regions=rows(content.REGIONS, read.regions),
        grids=rows(content.GRIDS, shapes.grids),
        units=rows(content.UNITS, read.units),
        people=rows(content.PEOPLE, read.people),
        posts=rows(content.POSTS, read.posts),
        matters=rows(content.MATTERS, read.matters),
        standards=rows(content.STANDARDS, read.standards),
        duty=rows(content.DUTY, read.duty),
        calendars=rows(content.CALENDARS, read.calendars),
        reports=rows(content.REPORTS, read.reports),
    )


def _pack(draft: Draft) -> Pack:
    assert draft.city is not None
    pack = Pack(
        digest="",
        city=draft.city,
        regions=_rows(draft.regions),
        grids=_rows(draft.grids),
        units=_rows(draft.units),
        people=_rows(draft.people),
        posts=_posts(draft),
        matters=_rows(draft.matters),
        standards=_rows(draft.standards),
        duty=_duty(draft),
        calendars=_rows(draft.calendars),
        reports=_rows(draft.reports),
    )
    # the stock of a demonstration is no reference data: it does not make another edition of the city
    said = repr(sorted(asdict(replace(pack, reports=())).items()))
    return replace(pack, digest=sha256(said.encode()).hexdigest())


def _rows(rows: list[At[T]]) -> tuple[T, ...]:
    return tuple(at.it for at in rows)


def _duty(draft: Draft) -> tuple[NewDutyRow, ...]:
    regions, units = known(draft.regions), known(draft.units)
    return tuple(row for at in draft.duty for row in expanded(at.it, regions, units))


def _posts(draft: Draft) -> tuple[NewPost, ...]:
    """With their regions spelled out: the unit's where a post names none, the whole city where one holds the root."""
    units = known(draft.units)
    predecessors = {at.it.code: at.it.predecessors for at in draft.regions}

    def regions_of(post: NewPost) -> tuple[str, ...]:
        regions = post.regions or (units[post.unit_code].region_code,)
        if any(draft.root.startswith(region) for region in regions):
            return WHOLE_CITY
        return with_predecessors(regions, predecessors)

    return tuple(replace(at.it, regions=regions_of(at.it)) for at in draft.posts)
