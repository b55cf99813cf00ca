"""Grids: the list of them, and a page for each with what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.base.pinyin import pinyin_key
from civigrid.places import queries as places
from civigrid.places.queries import GridPast, GridRow, Standing
from civigrid.places.rules import GridKind
from civigrid.web import shell, wording
from civigrid.web.pages.reference import facts, filters, frame, ground, pick
from civigrid.web.pages.reference.asked import Asked, asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, Tab, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import pick as in_language


def _square(area: float, names: Names) -> list[Said]:
    return [Said(_("%(n)s ha") % {"n": f"{area / 10_000:,.2f}"})]


FIELDS: tuple[Field[GridPast], ...] = (
    Field(gettext_lazy("Name"), lambda past: past.grid.name, facts.text),
    Field(gettext_lazy("English name"), lambda past: past.grid.name_en, facts.text),
    Field(gettext_lazy("Kind"), lambda past: past.grid.kind, facts.coded("grid kind")),
    Field(gettext_lazy("Community"), lambda past: past.grid.region_code, facts.region),
    Field(gettext_lazy("Residents"), lambda past: past.grid.residents, facts.count),
    Field(pgettext_lazy("how large", "Area"), lambda past: round(past.area), _square),
)
# what changed may be the border alone: two shapes of one size are still two shapes
CHANGES = (*FIELDS, Field(gettext_lazy("Border"), lambda past: past.shape.wkb, lambda *_: []))
SORTS = {"name": gettext_lazy("by name"), "residents": gettext_lazy("most residents first")}
THINGS = {
    "buildings": gettext_lazy("Buildings"),
    "addresses": gettext_lazy("Addresses"),
    "assets": gettext_lazy("Assets"),
}


@require_GET
def grids(request: Any) -> HttpResponse:
    """The grids: ?q=, ?region= (what a picker left), ?kind=, ?sort= name or residents, ?after="""
    day, text = asked(request), filters.said(request, "q")
    kind, sort = filters.one_of(request, "kind", GridKind), filters.one_of(request, "sort", SORTS)
    with shell.reading(request):
        names = Names(day, request.city)
        region = filters.said(request, "region")
        within = pick.code_of("regions", region, names) if region else ""
        rows = _fitting(day, text, within, kind)
        query = {"region": within, "kind": kind, "sort": sort}
        pager = filters.searched(rows) if text else _page(request, rows, day, query)
        lines = grid_table(pager.rows, names)
        region_text = pick.text_of("regions", within, names) if within else ""
    controls = [
        filters.box("grids", day, text, _("Find a grid")),
        filters.picker("region", "regions", day, region_text, _("Region")),
        filters.choice("kind", _("Kind"), kind, [(each, wording.of("grid kind", each)) for each in GridKind]),
        filters.choice("sort", _("Order"), sort, SORTS.items(), every=_("by code")),
    ]
    return frame.show(
        request, "pages/reference/list.html", "places", "grids", frame.Head(_("Grids")),
        table=lines, pager=pager, filters=controls, total=len(rows), text=text,
    )  # fmt: skip


def _fitting(day: Asked, text: str, within: str, kind: str) -> list[GridRow]:
    rows = places.find_grids(text, day.on, len(places.grids(day.on))) if text else places.grids(day.on).values()
    return [row for row in rows if row.code.startswith(within) and kind in ("", row.kind)]


def _page(request: Any, rows: list[GridRow], day: Asked, query: dict[str, str]) -> filters.Page[GridRow]:
    key, cursor = KEYS[query["sort"]], filters.said(request, "after")
    left = filters.after(sorted(rows, key=key), key, cursor)
    return filters.page(left, key, day, ("grids",), query, first=not cursor)


KEYS: dict[str, Callable[[GridRow], str]] = {
    "": lambda row: row.code,
    "name": lambda row: f"{pinyin_key(row.name)} {row.code}",
    "residents": lambda row: f"{10**9 - row.residents:010d} {row.code}",  # the largest first
}


def grid_table(rows: Sequence[GridRow], names: Names) -> Table:
    """Grids with what stands in them. In the page's transaction."""
    standing = places.standing(names.asked.on)
    columns = (
        Column(_("Code"), "number"), Column(_("Grid"), "lead"), Column(_("Community")), Column(_("Kind")),
        Column(_("Residents"), "right"), *(Column(words, "right") for words in THINGS.values()),
    )  # fmt: skip
    lines = [_line(row, standing.get(row.code, Standing()), names) for row in rows]
    return table(str(_("Grids")), columns, lines)


def _line(row: GridRow, own: Standing, names: Names) -> list[Cell | Said | str]:
    kind = wording.of("grid kind", row.kind)
    figures = (row.residents, own.buildings, own.addresses, own.assets)
    return [
        row.code,
        Said(in_language(row.name, row.name_en), to(names.asked, "grid", row.code)),
        names.region(row.region_code),
        Cell(marks=[kind]) if row.kind is GridKind.SPECIAL else kind,
        *(f"{figure:,}" for figure in figures),
    ]


@require_GET
def grid(request: Any, code: str) -> HttpResponse:
    """One grid, also one that no longer exists: ?tab= buildings, addresses or assets, ?after="""
    day = asked(request)
    tab = filters.one_of(request, "tab", THINGS) or "buildings"
    with shell.reading(request):
        history = places.grid_history(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        standing = places.standing(day.on).get(code, Standing())
        things, pager = ground.of_grid(request, tab, code, names)
        context = {
            "facts": facts.facts(FIELDS, row, names),
            "past": past(CHANGES, history, names),
            "standing": standing,
            "table": things,
            "pager": pager,
            "parts": [
                Tab(f"{words} {getattr(standing, key):,}", to(day, "grid", code, tab=key), key == tab)
                for key, words in THINGS.items()
            ],
            "code": code,
        }
        crumbs = names.above(code)
    head = frame.Head(
        in_language(row.grid.name, row.grid.name_en),
        code,
        above=crumbs,
        marks=[wording.of("grid kind", row.grid.kind)],
        ended=edition is None,
    )
    context["spot"] = frame.spot(day, head, code)
    return frame.show(request, "pages/reference/grid.html", "places", "grids", head, **context)
