"""Who is responsible where: matters down, kinds of place across, the leading unit in each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, MatterRow
from civigrid.catalog.rules import Family
from civigrid.places import queries as places
from civigrid.places.rules import Level
from civigrid.web import wording
from civigrid.web.pages.reference import duties, filters
from civigrid.web.pages.reference.duties import OWNED, Leads, Where
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.templatetags.civigrid import pick as in_language


@dataclass(frozen=True, slots=True)
class Line:
    """A matter and its fields, each with its column's words."""

    matter: Said
    fields: list[tuple[str, list[Leads]]]


def matrix(request: Any, names: Names) -> dict[str, Any]:
    """?family= (the first that has rows), ?major= a class, ?town=: for one town the units are its own. In the page's
    transaction."""
    matters, rows = catalog.matters(names.asked.on), catalog.duty_rows(names.asked.on)
    found = sorted({matter.family for matter in matters.values()}, key=list(Family).index)
    family = filters.one_of(request, "family", found) or _most_places(found, matters, rows)
    majors = _majors(matters.values(), family)
    major = filters.one_of(request, "major", majors)
    towns = _towns(names)
    town = filters.one_of(request, "town", [code for code, _words in towns])
    chosen = [m for m in matters.values() if m.family == family and major in ("", m.major)]
    ids = {matter.id for matter in chosen}
    held = [row for row in rows if row.matter_id in ids and duties.holds_in(row, town)]
    columns = _columns(held, names)
    by_matter: dict[int, list[DutyRowRow]] = {}
    for row in held:
        by_matter.setdefault(row.matter_id, []).append(row)
    return {
        "columns": [words for _key, words in columns],
        "lines": [_line(matter, by_matter.get(matter.id, []), columns, names) for matter in chosen],
        "filters": [
            filters.choice("family", _("Line of work"), family, [(f, wording.of("family", f)) for f in found], None),
            filters.choice("major", _("Class"), major, majors.items()),
            filters.choice("town", _("Town"), town, towns, every=_("whole city")),
        ],
        "hidden": [("view", "matrix")],
        "town": town,
    }


def _most_places(found: Sequence[Family], matters: Any, rows: Sequence[DutyRowRow]) -> str:
    """The family whose duty depends most on the place: what one looks up here."""
    numbers = dict.fromkeys(found, 0)
    for row in rows:
        if row.matter_id in matters and (row.place_kind or row.owner):
            numbers[matters[row.matter_id].family] += 1
    return max(numbers, key=lambda family: numbers[family]) if numbers else ""


def _majors(matters: Any, family: str) -> dict[str, str]:
    return {each.major: in_language(each.major, each.major_en) for each in matters if each.family == family}


def _towns(names: Names) -> list[tuple[str, str]]:
    return [
        (row.code, in_language(row.name, row.name_en))
        for row in places.regions(names.asked.on).values()
        if row.level is Level.TOWN
    ]


def _column(where: Where) -> str:
    return OWNED if where[1] else where[0]


def _columns(rows: Sequence[DutyRowRow], names: Names) -> list[tuple[str, str]]:
    """The kinds of place that rows are about: any place first, then by owner, then in the order of the pack."""
    used = {_column((row.place_kind, row.owner)) for row in rows}
    listed = {code: place for place, code in enumerate(names.city.place_kinds if names.city else ())}
    kinds = sorted(used - {"", OWNED}, key=lambda code: (listed.get(code, len(listed)), code))
    first = [("", names.place_kind("").text)] if "" in used else []
    owned = [(OWNED, _("by owner"))] if OWNED in used else []
    return [*first, *owned, *((code, names.place_kind(code).text) for code in kinds)]


def _line(matter: MatterRow, rows: Sequence[DutyRowRow], columns: Sequence[tuple[str, str]], names: Names) -> Line:
    grouped: dict[str, list[DutyRowRow]] = {}
    for row in rows:
        grouped.setdefault(_column((row.place_kind, row.owner)), []).append(row)
    fields = [(words, _field(matter.code, key, grouped.get(key, []), names)) for key, words in columns]
    return Line(names.matter(matter.id), fields)


def _field(code: str, key: str, rows: Sequence[DutyRowRow], names: Names) -> list[Leads]:
    return duties.leads(rows, names, to(names.asked, "duty", view="rows", matter=code, place=key)) if rows else []
