"""The whole check: read every file, hold the rows against each other, and put the pack together if nothing is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from hashlib import sha256
from operator import attrgetter
from typing import TypeVar

from civigrid.catalog.rules.lists import NewDutyRow, NewField, NewMatter, NewStandard
from civigrid.catalog.rules.pack import folder, links
from civigrid.catalog.rules.pack.content import At, Draft, Pack, Stand, StockReport, known
from civigrid.catalog.rules.pack.draft import COMPARE, Files, Progress, drafted
from civigrid.catalog.rules.pack.faults import Fault, Faults
from civigrid.catalog.rules.pack.links.ground import points_of
from civigrid.catalog.rules.pack.local import Localities
from civigrid.directory.rules import NewPost, NewUnit
from civigrid.places.rules import with_predecessors

T = TypeVar("T")

WHOLE_CITY = ("",)
APART = {"digest", "city", "reports", "stands", "sheets"}  # of a pack, what is no list of reference data


def _quietly(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def check(files: Mapping[str, bytes], progress: Progress = _quietly) -> tuple[Pack | None, list[Fault]]:
    """`files`: the bytes of a pack's files by their names ("city.yaml", "layers/roads.geojson").

    A pack with a fault that stops is no pack: the first is None. Remarks are among the faults and stop nothing.
    `progress` is told the step ("read", "compare"), how much of it is done, and of how much.
    """
    faults = Faults()
    folder.known_files(files, faults)
    draft = drafted(Files(files, faults, progress))
    folder.layers(files, draft, faults)
    told = links.Told(draft, faults)
    for done, look in enumerate(links.CHECKS, start=1):
        look(draft, told)
        progress(COMPARE, done, len(links.CHECKS))
    pack = None if faults.stop or draft.city is None else _pack(draft, faults)
    return pack, list(faults)


def _pack(draft: Draft, faults: Faults) -> Pack:
    assert draft.city is not None
    duty = _duty(draft)
    pack = Pack(
        digest="",
        city=draft.city,
        calendars=_rows(draft.calendars),
        regions=_rows(draft.regions),
        grids=_rows(draft.grids),
        units=_units(draft),
        people=_rows(draft.people),
        posts=_posts(draft),
        matters=_matters(draft),
        standards=_rows(draft.standards),
        duty=tuple(row for _, row in duty),
        buildings=_rows(draft.buildings),
        addresses=_rows(draft.addresses),
        assets=_rows(draft.assets),
        features=tuple(at.it for features in draft.features.values() for at in features),
        reports=_reports(draft),
        stands={"standard": tuple(map(_stand, draft.standards)), "duty": tuple(_stand(at) for at, _ in duty)},
        sheets=faults.sheets,
    )
    return replace(pack, digest=_digest(pack))


def _digest(pack: Pack) -> str:
    """Of what the pack says, in whatever order its rows and the keys of the city stand; the fields of a form have their
    order. The stock of a demonstration is no reference data: it makes no other edition of a city."""
    said = sha256(json.dumps(asdict(pack.city), ensure_ascii=False, sort_keys=True).encode())
    for kind in fields(Pack):
        if kind.name not in APART and (rows := getattr(pack, kind.name)):
            said.update(kind.name.encode())
            columns = attrgetter(*(each.name for each in fields(rows[0])))
            said.update(b"".join(sorted(sha256(repr(columns(row)).encode()).digest() for row in rows)))
    return said.hexdigest()


def _rows(rows: list[At[T]]) -> tuple[T, ...]:
    return tuple(at.it for at in rows)


def _units(draft: Draft) -> tuple[NewUnit, ...]:
    """Each with its calendar: where it names none, that of its kind."""
    assert draft.city is not None
    of_kind = draft.city.calendar_of
    return tuple(
        at.it if at.it.calendar_code else replace(at.it, calendar_code=of_kind[at.it.kind]) for at in draft.units
    )


def _matters(draft: Draft) -> tuple[NewMatter, ...]:
    forms: dict[str, tuple[NewField, ...]] = {}
    for at in draft.fields:
        matter, field = at.it
        forms[matter] = (*forms.get(matter, ()), field)
    return tuple(replace(at.it, fields=forms.get(at.it.code, ())) for at in draft.matters)


def _duty(draft: Draft) -> list[tuple[At[NewDutyRow], NewDutyRow]]:
    """The rows as they are stored, each with the one it was made of."""
    localities = Localities(known(draft.regions), known(draft.units))
    return [(at, row) for at in draft.duty for row in localities.expanded(at.it)]


def _stand(at: At[NewStandard] | At[NewDutyRow]) -> Stand:
    return at.file, at.row, at.it.code


def _posts(draft: Draft) -> tuple[NewPost, ...]:
    """With their regions spelled out: the unit's where a post names none, the whole city where one holds the root."""
    units = known(draft.units)
    predecessors = {at.it.code: at.it.predecessors for at in draft.regions if at.it.predecessors}

    def regions_of(post: NewPost) -> tuple[str, ...]:
        regions = post.regions or (units[post.unit_code].region_code,)
        if any(draft.root.startswith(region) for region in regions):
            return WHOLE_CITY
        return with_predecessors(regions, predecessors)

    return tuple(replace(at.it, regions=regions_of(at.it)) for at in draft.posts)


def _reports(draft: Draft) -> tuple[StockReport, ...]:
    """Each that names an address with the address's point."""
    points = points_of(draft)

    def placed(report: StockReport) -> StockReport:
        if not report.at:
            return report
        ((lon, lat),) = points[report.at]
        return replace(report, lon=lon, lat=lat)

    return tuple(placed(at.it) for at in draft.reports)
