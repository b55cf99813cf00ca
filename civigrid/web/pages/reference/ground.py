"""What stands on the ground: lists of addresses and assets, what a grid holds, and a page for each thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import Edition, edition_on
from civigrid.places import queries as places
from civigrid.places.queries import AddressRow, AssetRow, BuildingRow
from civigrid.places.rules import AddressKind
from civigrid.web import shell, wording
from civigrid.web.pages.reference import facts, filters, frame, pick
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import pick as in_language


def _point(value: tuple[float, float], names: Names) -> list[Said]:
    return [Said(f"{value[0]:.5f}, {value[1]:.5f}")]


def _building(value: str, names: Names) -> list[Said]:
    return [Said(value, to(names.asked, "building", value))] if value else []


def _owner(value: str, names: Names) -> list[Said]:
    return [names.unit_of(value) if value else Said(_("unknown"))]


NAME, ENGLISH, KIND = gettext_lazy("Name"), gettext_lazy("English name"), gettext_lazy("Kind")
POINT, GRID = gettext_lazy("Point"), gettext_lazy("Grid")
BUILDING: tuple[Field[BuildingRow], ...] = (
    Field(NAME, lambda row: row.name, facts.text),
    Field(ENGLISH, lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Address"), lambda row: row.address, facts.text),
    Field(gettext_lazy("Compound"), lambda row: row.estate, facts.text),
    Field(KIND, lambda row: row.kind, facts.coded("building kind")),
    Field(gettext_lazy("Floors"), lambda row: row.floors, facts.number),
    Field(gettext_lazy("Residents"), lambda row: row.residents, facts.count),
    Field(GRID, lambda row: row.grid_code, facts.grid),
    Field(POINT, lambda row: (row.lon, row.lat), _point),
)
ADDRESS: tuple[Field[AddressRow], ...] = (
    Field(NAME, lambda row: row.name, facts.text),
    Field(ENGLISH, lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Other names"), lambda row: row.aliases, facts.words),
    Field(KIND, lambda row: row.kind, facts.coded("address kind")),
    Field(gettext_lazy("Building"), lambda row: row.building_code, _building),
    Field(GRID, lambda row: row.grid_code, facts.grid),
    Field(POINT, lambda row: (row.lon, row.lat), _point),
)
ASSET: tuple[Field[AssetRow], ...] = (
    Field(gettext_lazy("Plate"), lambda row: row.name, facts.text),
    Field(gettext_lazy("Matter"), lambda row: row.matter_code, facts.matter_code),
    Field(gettext_lazy("Owner"), lambda row: row.owner_code, _owner),
    Field(gettext_lazy("Keeper"), lambda row: row.keeper_code, facts.unit_code),
    Field(GRID, lambda row: row.grid_code, facts.grid),
    Field(POINT, lambda row: (row.lon, row.lat), _point),
)


@require_GET
def addresses(request: Any) -> HttpResponse:
    """The addresses as they are spelled: ?q= (how a name begins), ?kind=, ?after="""
    day, text = asked(request), filters.said(request, "q")
    kind, cursor = filters.one_of(request, "kind", AddressKind), filters.said(request, "after")
    with shell.reading(request):
        if text:
            found = places.find_addresses(text, day.on, (filters.FOUND + 1) * (len(AddressKind) if kind else 1))
            rows = [row for row in found if kind in ("", row.kind)]
            pager = filters.searched(rows)
        else:
            rows = places.addresses_after(
                day.on, limit=filters.PAGE + 1, after=cursor, kind=AddressKind(kind) if kind else None
            )
            pager = filters.page(rows, lambda row: row.code, day, ("addresses",), {"kind": kind}, first=not cursor)
        lines = address_table(pager.rows, Names(day, request.city))
    kinds = [(each, wording.of("address kind", each)) for each in AddressKind]
    controls = [
        filters.box("addresses", day, text, _("Find an address"), _("how the name begins, or its pinyin")),
        filters.choice("kind", _("Kind"), kind, kinds),
    ]
    return frame.show(
        request, "pages/reference/list.html", "places", "addresses", frame.Head(_("Addresses")),
        table=lines, pager=pager, filters=controls, text=text,
    )  # fmt: skip


@require_GET
def assets(request: Any) -> HttpResponse:
    """The assets by their codes: ?q= (a plate or code), ?matter=, ?owner=, ?unknown=1 (nobody knows whose), ?after="""
    day, text, cursor = asked(request), filters.said(request, "q"), filters.said(request, "after")
    unknown = filters.one_of(request, "unknown", ("1",))
    with shell.reading(request):
        names = Names(day, request.city)
        matter = pick.code_of("matters", filters.said(request, "matter"), names)
        owner = "" if unknown else pick.code_of("units", filters.said(request, "owner"), names)
        query = {"matter": matter, "owner": owner, "unknown": unknown}
        if text:
            rows = places.find_assets(text, day.on, filters.FOUND + 1)
            pager = filters.searched(rows)
        else:
            rows = places.assets_after(
                day.on, limit=filters.PAGE + 1, after=cursor, matter_code=matter or None,
                owner_code="" if unknown else owner or None,
            )  # fmt: skip
            pager = filters.page(rows, lambda row: row.code, day, ("assets",), query, first=not cursor)
        lines = asset_table(pager.rows, names)
        texts = {"matter": pick.text_of("matters", matter, names), "owner": pick.text_of("units", owner, names)}
    controls = [
        filters.box("assets", day, text, _("Find an asset"), _("number plate or code")),
        filters.picker("matter", "matters", day, texts["matter"], _("Matter")),
        filters.picker("owner", "units", day, texts["owner"], _("Owner")),
        filters.choice("unknown", _("Whose"), unknown, [("1", _("owner unknown"))]),
    ]
    return frame.show(
        request, "pages/reference/list.html", "places", "assets", frame.Head(_("Assets")),
        table=lines, pager=pager, filters=controls, text=text,
    )  # fmt: skip


def of_grid(request: Any, tab: str, code: str, names: Names) -> tuple[Table, filters.Page[Any]]:
    """The part of what stands in a grid that its page shows: ?after= a code. In the page's transaction."""
    read, make = _STANDING[tab]
    rows = sorted(read(code, names.asked.on), key=_code)
    cursor = filters.said(request, "after")
    left = filters.after(rows, _code, cursor)
    page = filters.page(left, _code, names.asked, ("grid", code), {"tab": tab}, first=not cursor)
    return make(page.rows, names), page


def _code(row: Any) -> str:
    return str(row.code)


Rows = Sequence[Any]


def building_table(rows: Sequence[BuildingRow], names: Names) -> Table:
    """In the page's language: where a building's address has an English name, that. In the page's transaction."""
    english = {
        row.building_code: row.name_en
        for code in {row.grid_code for row in rows}
        for row in places.addresses_of(code, names.asked.on)
        if row.building_code and row.name_en
    }
    columns = (
        Column(_("Code"), "number"), Column(_("Building"), "lead"), Column(_("Compound")), Column(KIND),
        Column(_("Floors"), "right"), Column(_("Residents"), "right"),
    )  # fmt: skip
    return table(str(_("Buildings")), columns, (_building_line(row, english.get(row.code, ""), names) for row in rows))


def _building_line(row: BuildingRow, english: str, names: Names) -> list[Cell | Said | str]:
    name, address = in_language(row.name, row.name_en), in_language(row.address, english)
    return [
        row.code,
        Cell([Said(name or address or row.code, to(names.asked, "building", row.code))], soft=name and address),
        row.estate,
        wording.of("building kind", row.kind),
        str(row.floors or ""),
        f"{row.residents:,}",
    ]


def address_table(rows: Sequence[AddressRow], names: Names) -> Table:
    columns = (Column(_("Code"), "number"), Column(NAME, "lead"), Column(KIND), Column(_("Other names")), Column(GRID))
    return table(
        str(_("Addresses")),
        columns,
        (
            (
                row.code,
                Said(in_language(row.name, row.name_en), to(names.asked, "address", row.code)),
                wording.of("address kind", row.kind),
                Cell([Said(alias) for alias in row.aliases]),
                names.grid(row.grid_code),
            )
            for row in rows
        ),
    )


def asset_table(rows: Sequence[AssetRow], names: Names) -> Table:
    columns = (
        Column(_("Code"), "lead"), Column(_("Plate"), "number"), Column(_("Matter")), Column(_("Owner")),
        Column(_("Keeper")), Column(GRID),
    )  # fmt: skip
    return table(
        str(_("Assets")),
        columns,
        (
            (
                Said(row.code, to(names.asked, "asset", row.code)),
                row.name,
                names.matter_of(row.matter_code),
                names.unit_of(row.owner_code) if row.owner_code else Cell(alerts=[_("unknown")]),
                names.unit_of(row.keeper_code),
                names.grid(row.grid_code),
            )
            for row in rows
        ),
    )


_STANDING: dict[str, tuple[Callable[[str, date], Rows], Callable[[Rows, Names], Table]]] = {
    "buildings": (places.buildings_of, building_table),
    "addresses": (places.addresses_of, address_table),
    "assets": (places.assets_of, asset_table),
}


@require_GET
def building(request: Any, code: str) -> HttpResponse:
    """One building, also one that is gone."""
    return _one(request, code, "grids", places.building_history, BUILDING)


@require_GET
def address(request: Any, code: str) -> HttpResponse:
    """One address."""
    return _one(request, code, "addresses", places.address_history, ADDRESS)


@require_GET
def asset(request: Any, code: str) -> HttpResponse:
    """One asset."""
    return _one(request, code, "assets", places.asset_history, ASSET)


def _one(
    request: Any, code: str, tab: str, read: Callable[[str], list[Edition[Any]]], fields: Sequence[Field[Any]]
) -> HttpResponse:
    day = asked(request)
    with shell.reading(request):
        history = read(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        context = {"facts": facts.facts(fields, row, names), "past": past(fields, history, names)}
        crumbs = names.above(row.grid_code)
        crumbs += [names.grid(row.grid_code)] if row.grid_code else []
    title = in_language(row.name, getattr(row, "name_en", "")) or code
    head = frame.Head(title, code, above=crumbs, ended=edition is None)
    context["spot"] = frame.spot(
        day, head, row.grid_code or (request.city.root_code if request.city else ""), row.lon, row.lat
    )
    return frame.show(request, "pages/reference/thing.html", "places", tab, head, **context)


@require_GET
def layers(request: Any) -> HttpResponse:
    """The layers of the map: names, styles, and how many features of which kind."""
    day = asked(request)
    with shell.reading(request):
        counts, names = places.layer_counts(day.on), Names(day, request.city)
        styles = request.city.layers if request.city else {}
        rows = [
            (
                Said(names.layer(code).text),
                code,
                wording.of("layer style", layer["style"]),
                f"{sum(counts.get(code, {}).values()):,}",
                Cell(
                    [
                        Said(f"{wording.of('feature kind', kind)} {n:,}")
                        for kind, n in counts.get(code, {}).items()
                        if kind
                    ]
                ),
            )
            for code, layer in styles.items()
        ]
    columns = (
        Column(_("Layer"), "lead"), Column(_("Code"), "number"), Column(_("Drawn as")), Column(_("Features"), "right"),
        Column(_("Of which")),
    )  # fmt: skip
    return frame.show(
        request, "pages/reference/list.html", "places", "layers", frame.Head(_("Map layers")),
        table=table(str(_("Map layers")), columns, rows),
    )  # fmt: skip
