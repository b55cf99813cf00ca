"""Standards: filing conditions of matters with their limits; the list, and a page for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import StandardRow
from civigrid.catalog.rules import Urgency
from civigrid.web import shell, wording
from civigrid.web.pages.reference import facts, filters, frame, pick
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import pick as in_language

FIELDS: tuple[Field[StandardRow], ...] = (
    Field(gettext_lazy("Matter"), lambda row: row.matter_id, facts.matter),
    Field(gettext_lazy("Filing condition"), lambda row: row.condition, facts.text),
    Field(gettext_lazy("Filing condition in English"), lambda row: row.condition_en, facts.text),
    Field(gettext_lazy("Urgency"), lambda row: row.urgency, facts.coded("urgency")),
    Field(gettext_lazy("On the spot within"), lambda row: (row.arrival_value, row.arrival_unit), facts.limit),
    Field(gettext_lazy("Finished within"), lambda row: (row.limit_value, row.limit_unit), facts.limit),
    Field(gettext_lazy("May be extended"), lambda row: row.extend, facts.flag),
    Field(gettext_lazy("Closes when"), lambda row: row.closing, facts.text),
    Field(gettext_lazy("Closes when, in English"), lambda row: row.closing_en, facts.text),
    Field(gettext_lazy("Used where nobody has looked"), lambda row: row.is_default, facts.flag),
)


@require_GET
def standards(request: Any) -> HttpResponse:
    """The list by code: ?matter= (what a picker left), ?urgency=, ?after="""
    day, cursor = asked(request), filters.said(request, "after")
    urgency = filters.one_of(request, "urgency", [str(each.value) for each in Urgency])
    with shell.reading(request):
        names = Names(day, request.city)
        matter = pick.code_of("matters", filters.said(request, "matter"), names)
        chosen = catalog.matters_by_code(day.on).get(matter)
        rows = [
            row
            for row in catalog.standards(day.on)
            if urgency in ("", str(row.urgency.value)) and (not matter or (chosen and row.matter_id == chosen.id))
        ]
        left = filters.after(rows, lambda row: row.code, cursor)
        query = {"matter": matter, "urgency": urgency}
        pager = filters.page(left, lambda row: row.code, day, ("standards",), query, first=not cursor)
        lines = standard_table(pager.rows, names)
        matter_text = pick.text_of("matters", matter, names) if matter else ""
    urgencies = [(str(each.value), wording.of("urgency", each)) for each in Urgency]
    controls = [
        filters.picker("matter", "matters", day, matter_text, _("Matter")),
        filters.choice("urgency", _("Urgency"), urgency, urgencies),
    ]
    return frame.show(
        request, "pages/reference/list.html", "catalog", "standards", frame.Head(_("Standards")),
        table=lines, pager=pager, filters=controls, total=len(rows),
    )  # fmt: skip


def standard_table(rows: Sequence[StandardRow], names: Names, *, of_matter: bool = False) -> Table:
    """Standards as lines; `of_matter`: on the page of the one matter they all are about."""
    columns = [
        Column(_("Code"), "number"), Column(_("Matter"), "lead"), Column(_("Filing condition")), Column(_("Urgency")),
        Column(_("On the spot within")), Column(_("Finished within")), Column(_("Extension")), Column(_("Closes when")),
    ]  # fmt: skip
    lines = [_cells(row, names) for row in rows]
    if of_matter:
        columns = [columns[0], Column(_("Filing condition"), "lead"), *columns[3:]]
        lines = [[cells[0], *cells[2:]] for cells in lines]
    return table(str(_("Standards")), columns, lines)


def _cells(row: StandardRow, names: Names) -> list[Cell | Said | str]:
    urgency = wording.of("urgency", row.urgency)
    return [
        Said(row.code, to(names.asked, "standard", row.code)),
        names.matter(row.matter_id),
        Cell([Said(in_language(row.condition, row.condition_en))], [_("usual")] if row.is_default else []),
        urgency if row.urgency is Urgency.ORDINARY else Cell(alerts=[urgency]),
        Cell(facts.limit((row.arrival_value, row.arrival_unit), names)),
        Cell(facts.limit((row.limit_value, row.limit_unit), names)),
        _("yes") if row.extend else _("no"),
        in_language(row.closing, row.closing_en),
    ]


@require_GET
def standard(request: Any, code: str) -> HttpResponse:
    """One standard, also one that was taken out."""
    day = asked(request)
    with shell.reading(request):
        history = catalog.standard_history(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        context = {"facts": facts.facts(FIELDS, row, names), "past": past(FIELDS, history, names)}
        above = [names.matter(row.matter_id)]
    title = in_language(row.condition, row.condition_en) or _("Standard")
    head = frame.Head(title, code, above=above, marks=[wording.of("urgency", row.urgency)], ended=edition is None)
    return frame.show(request, "pages/reference/thing.html", "catalog", "standards", head, **context)
