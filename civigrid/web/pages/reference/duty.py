"""The duty list: who is responsible where, as a matrix and row by row, and a page for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow
from civigrid.catalog.rules import UNKNOWN_OWNER, ListKind
from civigrid.directory import queries as directory
from civigrid.web import shell, wording
from civigrid.web.pages.reference import duties, facts, filters, frame, matrix, pick
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.duties import OWNED
from civigrid.web.pages.reference.links import Said, Tab, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, Table, table

VIEWS = ("matrix", "rows")
ONLY_ROWS = ("matter", "unit", "place", "list", "part")  # what narrows rows, and so asks for them


@require_GET
def duty(request: Any) -> HttpResponse:
    """The list: ?view= matrix (the first) or rows; see `matrix.matrix` and `_rows` for what narrows each."""
    view = filters.one_of(request, "view", VIEWS)
    if not view:
        view = "rows" if any(filters.said(request, name) for name in ONLY_ROWS) else "matrix"
    day = asked(request)
    with shell.reading(request):
        names = Names(day, request.city)
        context = matrix.matrix(request, names) if view == "matrix" else _rows(request, names)
    views = [
        Tab(_("Who is responsible where"), to(day, "duty", view="matrix"), view == "matrix"),
        Tab(_("Row by row"), to(day, "duty", view="rows"), view == "rows"),
    ]
    template = "pages/reference/matrix.html" if view == "matrix" else "pages/reference/list.html"
    return frame.show(request, template, "catalog", "duty", frame.Head(_("Duty list")), views=views, **context)


def _rows(request: Any, names: Names) -> dict[str, Any]:
    """?matter= and ?unit= (what pickers left), ?part= of the unit, ?place= a kind of place, owner or unknown, ?area=
    (what a picker left: rows that hold there), ?list= a kind of town list, ?after="""
    day, cursor = names.asked, filters.said(request, "after")
    query = {
        "view": "rows",
        **{name: _code(request, name, kind, names) for name, kind in _PICKED.items()},
        "place": filters.one_of(request, "place", [code for code, _words in _places(names)]),
        "part": filters.one_of(request, "part", duties.PARTS),
        "list": filters.one_of(request, "list", ListKind),
    }
    wanted = _wanted(query, names)
    rows = [row for row in catalog.duty_rows(day.on) if wanted.fits(row)]
    left = filters.after(rows, lambda row: row.code, cursor)
    pager = filters.page(left, lambda row: row.code, day, ("duty",), query, first=not cursor)
    texts = {name: pick.text_of(kind, query[name], names) if query[name] else "" for name, kind in _PICKED.items()}
    return {
        "table": row_table(pager.rows, names),
        "pager": pager,
        "total": len(rows),
        "filters": [
            filters.picker("matter", "matters", day, texts["matter"], _("Matter")),
            filters.picker("unit", "units", day, texts["unit"], _("Unit")),
            filters.choice("part", _("Its part"), query["part"], duties.PARTS.items()),
            filters.picker("area", "regions", day, texts["area"], _("Holds in")),
            filters.choice("place", _("Where"), query["place"], _places(names)),
            filters.choice(
                "list", _("Town list"), query["list"], [(k, wording.of("list kind", k)) for k in ListKind if k]
            ),
        ],
        "hidden": [("view", "rows")],
    }


_PICKED = {"matter": "matters", "unit": "units", "area": "regions"}


def _code(request: Any, name: str, kind: str, names: Names) -> str:
    return pick.code_of(kind, filters.said(request, name), names)


def _places(names: Names) -> list[tuple[str, str]]:
    kinds = names.city.place_kinds if names.city else {}
    return [
        *((code, names.place_kind(code).text) for code in kinds),
        (OWNED, _("by owner")),
        (UNKNOWN_OWNER, _("owner unknown")),
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What rows are narrowed by; a matter or unit of -1 is one that does not exist, None is any."""

    matter_id: int | None
    unit_id: int | None
    part: str
    place: str
    area: str
    kind: str

    def fits(self, row: DutyRowRow) -> bool:
        if self.matter_id not in (None, row.matter_id):
            return False
        if self.unit_id is not None and not self._has_part(row, self.unit_id):
            return False
        if self.place and self.place not in (row.place_kind, row.owner, OWNED if row.owner else None):
            return False
        return self.kind in ("", row.list_kind) and duties.holds_in(row, self.area)

    def _has_part(self, row: DutyRowRow, unit_id: int) -> bool:
        parts = duties.parts_of(row, [unit_id])
        return self.part in parts if self.part else bool(parts)


def _wanted(query: Mapping[str, str], names: Names) -> _Wanted:
    matter = catalog.matters_by_code(names.asked.on).get(query["matter"])
    unit = directory.unit_by_code(query["unit"], names.asked.on)
    return _Wanted(
        matter_id=matter.id if matter else -1 if query["matter"] else None,
        unit_id=unit.id if unit else -1 if query["unit"] else None,
        part=query["part"],
        place=query["place"],
        area=query["area"],
        kind=query["list"],
    )


def row_table(rows: Sequence[DutyRowRow], names: Names) -> Table:
    """Rows of the duty list, one by one."""
    columns = (
        Column(_("Code"), "number"), Column(_("Matter"), "lead"), Column(_("Area"), "short"), Column(_("Where")),
        Column(_("Lead unit")), Column(_("Support units")), Column(_("Regulator")), Column(_("Last resort")),
    )  # fmt: skip
    return table(str(_("Duty list")), columns, (_cells(row, names) for row in rows))


def _cells(row: DutyRowRow, names: Names) -> list[Cell | Said | str]:
    kind = [wording.of("list kind", row.list_kind)] if row.list_kind else []
    return [
        Said(row.code, to(names.asked, "duty_row", row.code)),
        names.matter(row.matter_id),
        names.region(row.region_code),
        duties.where((row.place_kind, row.owner), names),
        Cell([names.unit(row.lead_id)], kind),
        Cell(names.units(row.support_ids)),
        names.unit(row.regulator_id),
        names.unit(row.last_resort_id),
    ]


@require_GET
def duty_row(request: Any, code: str) -> HttpResponse:
    """One row of the list, also one that was taken out."""
    day = asked(request)
    with shell.reading(request):
        history = catalog.duty_row_history(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        context = {"facts": facts.facts(duties.FIELDS, row, names), "past": past(duties.FIELDS, history, names)}
        above = [names.matter(row.matter_id)]
    head = frame.Head(_("Duty row"), code, above=above, ended=edition is None)
    return frame.show(request, "pages/reference/thing.html", "catalog", "duty", head, **context)
