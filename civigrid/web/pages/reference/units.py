"""Units: the tree of them, and a page for each with its duties, its posts and its past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.directory import queries as directory
from civigrid.directory.queries import UnitRow
from civigrid.directory.rules import UnitKind
from civigrid.web import shell, wording
from civigrid.web.pages.reference import duties, facts, filters, frame, posts
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.tree import NOTES, Node, grow
from civigrid.web.templatetags.civigrid import pick as in_language

FIELDS: tuple[Field[UnitRow], ...] = (
    Field(gettext_lazy("Name"), lambda row: row.name, facts.text),
    Field(gettext_lazy("English name"), lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Other names"), lambda row: row.aliases, facts.words),
    Field(gettext_lazy("Kind"), lambda row: row.kind, facts.coded("unit kind")),
    Field(gettext_lazy("Under"), lambda row: row.parent_id, facts.unit),
    Field(gettext_lazy("Looks after"), lambda row: row.region_code, facts.some_region),
    Field(gettext_lazy("Calendar"), lambda row: row.calendar_code, facts.calendar),
    Field(gettext_lazy("Night duty"), lambda row: row.night_duty, facts.flag),
)
FORMER = 20  # posts that ended, shown on a unit's page


@require_GET
def units(request: Any) -> HttpResponse:
    """The tree of units; ?q= finds units by name, other name, pinyin or code, ?kind= those of one kind."""
    day, text = asked(request), filters.said(request, "q")
    kind = filters.one_of(request, "kind", UnitKind)
    with shell.reading(request):
        names, found = Names(day, request.city), directory.units(day.on)
        counts = directory.post_counts(day.on) if _sees_posts(request) else None
        if text or kind:
            rows = directory.find_units(text, day.on, len(found)) if text else list(found.values())
            rows = [row for row in rows if kind in ("", row.kind)]
            nodes = [_node(row, names, counts, under=True) for row in rows[: filters.FOUND * 4]]
            more = len(rows) > len(nodes)
        else:
            nodes, more = _tree(found, 0, names, counts), False
    controls = [
        filters.box("units", day, text, _("Find a unit")),
        filters.choice("kind", _("Kind"), kind, [(each, wording.of("unit kind", each)) for each in UnitKind]),
    ]
    return frame.show(
        request, "pages/reference/units.html", "directory", "directory", frame.Head(_("Units")),
        nodes=nodes, more=more, filters=controls, text=text, total=len(rows) if text or kind else len(found),
    )  # fmt: skip


@require_GET
def unit(request: Any, code: str) -> HttpResponse:
    """One unit, also one that was dissolved: ?after= pages its duties."""
    day = asked(request)
    with shell.reading(request):
        history = directory.unit_history(code)
        if not history:
            raise Http404
        edition, names, found = edition_on(history, day.on), Names(day, request.city), directory.units(day.on)
        row = (edition or history[0]).row
        counts = directory.post_counts(day.on) if _sees_posts(request) else None
        context = {
            "facts": facts.facts(FIELDS, row, names),
            "past": past(FIELDS, history, names),
            "nodes": _tree(found, row.id, names, counts),
            "duties": duties.of_unit(request, row.id, names, ("unit", code)),
            "duty_address": to(day, "duty", view="rows", unit=code),
            **(_posts(row.id, names) if counts is not None else {}),
        }
        crumbs = _above(row, found, names)
    marks = [wording.of("unit kind", row.kind)] + ([str(_("night duty"))] if row.night_duty else [])
    head = frame.Head(in_language(row.name, row.name_en), code, above=crumbs, marks=marks, ended=edition is None)
    return frame.show(request, "pages/reference/unit.html", "directory", "directory", head, **context)


def _sees_posts(request: Any) -> bool:
    return frame.may(request.actor, "posts")


def _posts(unit_id: int, names: Names) -> dict[str, Any]:
    held = directory.posts_after(names.asked.on, limit=filters.PAGE + 1, unit_ids=[unit_id])
    former = directory.post_history(unit_id, names.asked.on, FORMER)
    return {
        "posts": posts.post_table(held[: filters.PAGE], names, of_unit=True) if held else None,
        "more_posts": to(names.asked, "posts", unit=names.unit(unit_id).code) if len(held) > filters.PAGE else "",
        "former": posts.former_table(former, names) if former else None,
    }


def _above(row: UnitRow, found: Mapping[int, UnitRow], names: Names) -> list[Said]:
    line: list[Said] = []
    above = found.get(row.parent_id or 0)
    while above and len(line) < len(found):
        line.insert(0, names.unit(above.id))
        above = found.get(above.parent_id or 0)
    return line


def _tree(found: Mapping[int, UnitRow], top: int, names: Names, counts: Mapping[int, int] | None) -> list[Node]:
    """What stands under a unit; under none (0), the whole."""
    children: dict[int, list[UnitRow]] = {}
    for row in found.values():
        children.setdefault(row.parent_id if row.parent_id in found else 0, []).append(row)  # type: ignore[arg-type]
    return grow(
        children.get(top, []),
        lambda row: children.get(row.id, []),
        lambda row, depth: _node(row, names, counts, open_=depth == 0 and not top),
    )


def _node(
    row: UnitRow, names: Names, counts: Mapping[int, int] | None, *, open_: bool = False, under: bool = False
) -> Node:
    held = counts.get(row.id, 0) if counts is not None else 0
    parent = [names.unit(row.parent_id).text] if under and row.parent_id else []
    return Node(
        said=Said(in_language(row.name, row.name_en), to(names.asked, "unit", row.code), row.code),
        notes=[*row.aliases[:NOTES], *parent],
        marks=[wording.of("unit kind", row.kind)] + ([str(_("night duty"))] if row.night_duty else []),
        figures=[
            (_("Calendar"), names.calendar(row.calendar_code).text),
            (_("Posts"), f"{held:,}" if held else ""),
        ],
        open=open_,
    )
