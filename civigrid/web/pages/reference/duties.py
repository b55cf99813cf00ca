"""Rows of the duty list put together: one line for what holds alike in many areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.web import wording
from civigrid.web.pages.reference import facts, filters
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import joined
from civigrid.web.templatetags.civigrid import pick as in_language

OWNED = "owner"  # all rows that go by owner, as one kind of place
FEW = 3  # so many are named one by one
Where = tuple[str, str]  # kind of place, owner


def _place(value: Where, names: Names) -> list[Said]:
    return [where(value, names)]


def where(value: Where, names: Names) -> Said:
    """Where a row holds: in a kind of place, or for the things of an owner."""
    place_kind, owner = value
    if not owner:
        return names.place_kind(place_kind)
    said = names.owner(owner)
    return Said(_("owner: %(unit)s") % {"unit": said.text}, said.address) if said.code else said


FIELDS: tuple[Field[DutyRowRow], ...] = (
    Field(gettext_lazy("Matter"), lambda row: row.matter_id, facts.matter),
    Field(gettext_lazy("Area"), lambda row: row.region_code, facts.region),
    Field(gettext_lazy("Where"), lambda row: (row.place_kind, row.owner), _place),
    Field(gettext_lazy("List kind"), lambda row: row.list_kind, facts.coded("list kind")),
    Field(gettext_lazy("Lead unit"), lambda row: row.lead_id, facts.unit),
    Field(gettext_lazy("Support units"), lambda row: row.support_ids, facts.units),
    Field(gettext_lazy("Regulator"), lambda row: row.regulator_id, facts.unit),
    Field(gettext_lazy("Last resort"), lambda row: row.last_resort_id, facts.unit),
    Field(gettext_lazy("Basis"), lambda row: row.basis, facts.text),
)
PARTS = {  # what a unit can be in a row, in the order of weight
    "lead": pgettext_lazy("part in a duty", "leads"),
    "support": pgettext_lazy("part in a duty", "supports"),
    "regulator": pgettext_lazy("part in a duty", "regulates"),
    "last_resort": pgettext_lazy("part in a duty", "is the last resort"),
}


def parts_of(row: DutyRowRow, unit_ids: Iterable[int]) -> list[str]:
    """What these units are in a row."""
    ids = set(unit_ids)
    held = {
        "lead": row.lead_id in ids,
        "support": not ids.isdisjoint(row.support_ids),
        "regulator": row.regulator_id in ids,
        "last_resort": row.last_resort_id in ids,
    }
    return [part for part, holds in held.items() if holds]


def holds_in(row: DutyRowRow, area: str) -> bool:
    """Whether a row is about a region: about what lies in it, or about what it lies in."""
    return row.region_code.startswith(area) or area.startswith(row.region_code)


@dataclass(frozen=True, slots=True)
class Leads:
    """Who leads: one unit, or many of a kind in as many areas."""

    said: Said
    areas: int
    marks: list[str]  # kinds of town list

    @property
    def note(self) -> str:
        return ngettext("in %(n)d area", "in %(n)d areas", self.areas) % {"n": self.areas} if self.areas > 1 else ""


def leads(rows: Sequence[DutyRowRow], names: Names, address: str = "") -> list[Leads]:
    """The leaders of rows: each unit of a few, and where the area does not choose among them; of many, each for its own
    area, what they have in common, with `address` for the rows behind it."""
    ids = list(dict.fromkeys(row.lead_id for row in rows))
    if len(ids) < FEW or len({row.region_code for row in rows}) == 1:
        return [_lead([row for row in rows if row.lead_id == unit_id], names.unit(unit_id)) for unit_id in ids]
    return [_lead(rows, Said(_common(ids, names), address))]


def _lead(rows: Sequence[DutyRowRow], said: Said) -> Leads:
    return Leads(said, len({row.region_code for row in rows}), list_kinds(rows))


def _common(ids: Sequence[int], names: Names) -> str:
    """What many units are called but for the region each looks after; else what kind of unit they are."""
    units, regions = directory.units(names.asked.on), places.regions(names.asked.on)
    rows = [units[each] for each in ids if each in units]
    own = [regions[row.region_code].name if row.region_code in regions else "" for row in rows]
    chinese = list(dict.fromkeys(row.name.removeprefix(region) for row, region in zip(rows, own, strict=True)))
    english = common_ending([row.name_en for row in rows])
    kind = wording.of("unit kind", rows[0].kind) if rows else ""
    return in_language(joined(chinese) if len(chinese) <= FEW else kind, english or kind)


def common_ending(texts: Sequence[str]) -> str:
    """The words all texts end with."""
    alike: list[str] = []
    for words in zip(*(reversed(text.split()) for text in texts), strict=False):
        if len(set(words)) > 1:
            break
        alike.insert(0, words[0])
    return " ".join(alike)


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a unit: its part in a matter, where, and the rows that say so. What it leads stands apart by place
    where the places differ in anything else; of all else one line a matter is enough."""

    part: str
    matter_id: int
    wheres: tuple[Where, ...]
    rows: Sequence[DutyRowRow]


def of_unit(
    request: Any, unit_id: int, names: Names, address: tuple[str, ...]
) -> tuple[Table, filters.Page[Duty]] | None:
    """What is a unit's duty, a page of it (?after=); None where it has none. In the page's transaction."""
    codes = {matter.id: matter.code for matter in catalog.matters(names.asked.on).values()}

    def key(duty: Duty) -> str:
        return f"{list(PARTS).index(duty.part)} {codes.get(duty.matter_id, '')} {duty.wheres}"

    found = sorted(_duties(catalog.duty_rows(names.asked.on), unit_id), key=key)
    cursor = filters.said(request, "after")
    page = filters.page(filters.after(found, key, cursor), key, names.asked, address, {}, first=not cursor)
    return (_table(page.rows, names), page) if found else None


def _duties(rows: Iterable[DutyRowRow], unit_id: int) -> list[Duty]:
    held: dict[tuple[str, int], list[DutyRowRow]] = {}
    for row in rows:
        for part in parts_of(row, [unit_id]):
            held.setdefault((part, row.matter_id), []).append(row)
    return [
        Duty(part, matter_id, wheres, alike)
        for (part, matter_id), own in held.items()
        for wheres, alike in (by_place(own) if part == "lead" else [(_wheres(own), own)])
    ]


def _wheres(rows: Iterable[DutyRowRow]) -> tuple[Where, ...]:
    return tuple(sorted({(row.place_kind, row.owner) for row in rows}))


def by_place(rows: Iterable[DutyRowRow]) -> list[tuple[tuple[Where, ...], list[DutyRowRow]]]:
    """The rows of one matter by where they hold; places with the same units in the same areas stand together, with the
    rows of the first of them."""
    at: dict[Where, list[DutyRowRow]] = {}
    for row in rows:
        at.setdefault((row.place_kind, row.owner), []).append(row)
    alike: dict[tuple[Any, ...], list[Where]] = {}
    for place, own in sorted(at.items()):
        alike.setdefault(tuple(sorted(map(_but_for_place, own))), []).append(place)
    return [(tuple(wheres), at[wheres[0]]) for wheres in alike.values()]


def _but_for_place(row: DutyRowRow) -> tuple[Any, ...]:
    last = (row.regulator_id or 0, row.last_resort_id or 0)
    return (row.region_code, row.lead_id, row.support_ids, *last, row.list_kind.value, row.basis)


def _table(duties: Sequence[Duty], names: Names) -> Table:
    columns = (
        Column(_("Part"), "short"), Column(_("Matter"), "lead"), Column(_("Where")), Column(_("Area"), "short"), Column(_("Beside it")),
    )  # fmt: skip
    return table(str(_("Duties")), columns, (_line(duty, names) for duty in duties))


def _line(duty: Duty, names: Names) -> list[Cell | Said | str]:
    rows, areas = duty.rows, sorted({row.region_code for row in duty.rows})
    said = names.matter(duty.matter_id)
    many = to(names.asked, "duty", view="rows", matter=said.code)
    area = names.region(areas[0]) if len(areas) == 1 else Said(_("%(n)d areas") % {"n": len(areas)}, many)
    return [
        Cell([Said(str(PARTS[duty.part]))], list_kinds(rows) if duty.part == "lead" else ()),
        said,
        Cell([where(each, names) for each in duty.wheres]),
        area,
        Cell(_beside(duty, names, many)),
    ]


def list_kinds(rows: Iterable[DutyRowRow]) -> list[str]:
    """The kinds of town list the rows are of, in words."""
    return [wording.of("list kind", kind) for kind in sorted({row.list_kind for row in rows if row.list_kind})]


def _beside(duty: Duty, names: Names, address: str) -> list[Said]:
    """Who leads where the unit does not; who supports where it does."""
    if duty.part == "lead":
        return supporters(duty.rows, names)
    ids = list(dict.fromkeys(row.lead_id for row in duty.rows))
    return names.units(ids) if len(ids) <= FEW else [Said(_("%(n)d units") % {"n": len(ids)}, address)]


def supporters(rows: Iterable[DutyRowRow], names: Names) -> list[Said]:
    """Who supports in any of the rows."""
    return together((each for row in rows for each in row.support_ids), names)


def together(ids: Iterable[int | None], names: Names) -> list[Said]:
    """Each of a few units, what they have in common of many."""
    known = list(dict.fromkeys(each for each in ids if each))
    return names.units(known) if len(known) < FEW else [Said(_common(known, names))]
