"""Matters: the list by family and class, and a page for each with its form, its standards and its duty rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, MatterRow
from civigrid.catalog.rules import Family
from civigrid.web import shell, wording
from civigrid.web.pages.reference import duties, facts, filters, frame, standards
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import pick as in_language


def _form(value: Iterable[Mapping[str, Any]], names: Names) -> list[Said]:
    return [Said(in_language(field["name"], field.get("name_en", ""))) for field in value]


FIELDS: tuple[Field[MatterRow], ...] = (
    Field(gettext_lazy("Name"), lambda row: row.name, facts.text),
    Field(gettext_lazy("English name"), lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Line of work"), lambda row: row.family, facts.coded("family")),
    Field(gettext_lazy("Class"), lambda row: (row.major, row.major_en), lambda pair, _n: [Said(in_language(*pair))]),
    Field(gettext_lazy("Seen before filing"), lambda row: row.verify, facts.flag),
    Field(gettext_lazy("Settled at once"), lambda row: row.self_settle, facts.flag),
    Field(gettext_lazy("Check"), lambda row: row.check_by, facts.coded("check by")),
    Field(gettext_lazy("Call-back"), lambda row: row.callback, facts.coded("callback")),
    Field(gettext_lazy("Keywords"), lambda row: row.keywords, facts.words),
    Field(gettext_lazy("Examples"), lambda row: row.examples, facts.words),
    Field(gettext_lazy("Form"), lambda row: row.fields, _form),
)


@require_GET
def matters(request: Any) -> HttpResponse:
    """The list by code: ?q=, ?family=, ?major=, ?after="""
    day, text, cursor = asked(request), filters.said(request, "q"), filters.said(request, "after")
    family = filters.one_of(request, "family", Family)
    sort = filters.one_of(request, "sort", SORTS)
    with shell.reading(request):
        names, found = Names(day, request.city), catalog.matters(day.on)
        majors = _majors(found.values(), family)
        major = filters.one_of(request, "major", majors)
        rows = catalog.find_matters(text, day.on, len(found)) if text else sorted(found.values(), key=KEYS[sort])
        rows = [row for row in rows if family in ("", row.family) and major in ("", row.major)]
        query = {"family": family, "major": major, "sort": sort}
        left = filters.after(rows, KEYS[sort], cursor)
        pager = (
            filters.searched(rows)
            if text
            else filters.page(left, KEYS[sort], day, ("catalog",), query, first=not cursor, size=LINES)
        )
        lines = _table(pager.rows, names)
    controls = [
        filters.box("matters", day, text, _("Find a matter"), _("name, keyword, pinyin or code")),
        filters.choice("family", _("Line of work"), family, [(each, wording.of("family", each)) for each in Family]),
        filters.choice("major", _("Class"), major, majors.items()),
        filters.choice("sort", _("Order"), sort, SORTS.items(), every=_("by code")),
    ]
    return frame.show(
        request, "pages/reference/list.html", "catalog", "catalog", frame.Head(_("Matters")),
        table=lines, pager=pager, filters=controls, text=text, total=len(rows),
    )  # fmt: skip


SORTS = {"name": gettext_lazy("by name")}
KEYS: dict[str, Callable[[MatterRow], str]] = {
    "": lambda row: row.code,
    "name": lambda row: f"{row.pinyin} {row.code}",
}
LINES = 100  # a city's matters are about as many


def _majors(rows: Iterable[MatterRow], family: str) -> dict[str, str]:
    return {row.major: in_language(row.major, row.major_en) for row in rows if family in ("", row.family)}


def _table(rows: Sequence[MatterRow], names: Names) -> Table:
    numbers: dict[int, int] = {}
    for row in catalog.standards(names.asked.on):
        numbers[row.matter_id] = numbers.get(row.matter_id, 0) + 1
    columns = (
        Column(_("Code"), "number"), Column(_("Matter"), "lead"), Column(_("Class")), Column(_("Line of work")),
        Column(_("Seen before filing")), Column(_("Check")), Column(_("Call-back")), Column(_("Form fields"), "right"),
        Column(_("Standards"), "right"),
    )  # fmt: skip
    return table(
        str(_("Matters")),
        columns,
        (
            (
                row.code,
                Said(in_language(row.name, row.name_en), to(names.asked, "matter", row.code)),
                in_language(row.major, row.major_en),
                wording.of("family", row.family),
                _("yes") if row.verify else _("no"),
                wording.of("check by", row.check_by),
                wording.of("callback", row.callback),
                str(len(row.fields) or ""),
                str(numbers.get(row.id, "")),
            )
            for row in rows
        ),
    )


@require_GET
def matter(request: Any, code: str) -> HttpResponse:
    """One matter, also one that was taken out."""
    day = asked(request)
    with shell.reading(request):
        history = catalog.matter_history(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        own = [each for each in catalog.standards(day.on) if each.matter_id == row.id]
        held = [each for each in catalog.duty_rows(day.on) if each.matter_id == row.id]
        context = {
            "facts": facts.facts(FIELDS[:-1], row, names),
            "past": past(FIELDS, history, names),
            "form": _form_table(row.fields) if row.fields else None,
            "standards": standards.standard_table(own, names, of_matter=True) if own else None,
            "duties": _duty_table(held, code, names) if held else None,
            "duty_address": to(day, "duty", view="rows", matter=code),
        }
    head = frame.Head(
        in_language(row.name, row.name_en), code, marks=[wording.of("family", row.family)], ended=edition is None
    )
    return frame.show(request, "pages/reference/matter.html", "catalog", "catalog", head, **context)


def _form_table(fields: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column(_("Field"), "lead"), Column(pgettext("of a field", "Key")), Column(_("Kind")), Column(_("Needed")), Column(_("Choices")),
        Column(_("Hint")),
    )  # fmt: skip
    return table(
        str(_("Form")),
        columns,
        (
            (
                in_language(field["name"], field.get("name_en", "")),
                field["field"],
                wording.of("field kind", field["kind"]),
                _("yes") if field.get("required") else _("no"),
                Cell([Said(choice) for choice in _choices(field)]),
                in_language(field.get("hint", ""), field.get("hint_en", "")),
            )
            for field in fields
        ),
    )


def _choices(field: Mapping[str, Any]) -> list[str]:
    chinese, english = field.get("choices", []), field.get("choices_en", [])
    return [in_language(*pair) for pair in zip(chinese, english, strict=True)] if english else list(chinese)


def _duty_table(rows: Sequence[DutyRowRow], code: str, names: Names) -> Table:
    """The rows of a matter, those that differ only in place or area as one."""
    columns = (
        Column(_("Where"), "lead"), Column(_("Lead unit")), Column(_("Support units")), Column(_("Regulator")),
        Column(_("Last resort")), Column(_("Basis")),
    )  # fmt: skip
    lines = (_duty_line(wheres, alike, code, names) for wheres, alike in duties.by_place(rows))
    return table(str(_("Duty list")), columns, lines)


def _duty_line(
    wheres: Sequence[duties.Where], rows: Sequence[DutyRowRow], code: str, names: Names
) -> list[Cell | Said | str]:
    place = wheres[0][0] or (duties.OWNED if wheres[0][1] else "")
    led = duties.leads(rows, names, to(names.asked, "duty", view="rows", matter=code, place=place))
    area = names.region(rows[0].region_code).text if len(rows) == 1 and rows[0].region_code else ""
    return [
        Cell([duties.where(each, names) for each in wheres], soft=area),
        Cell([each.said for each in led], duties.list_kinds(rows), led[0].note),
        Cell(duties.supporters(rows, names)),
        Cell(duties.together((row.regulator_id for row in rows), names)),
        Cell(duties.together((row.last_resort_id for row in rows), names)),
        Cell([Said(basis) for basis in dict.fromkeys(row.basis for row in rows) if basis]),
    ]
