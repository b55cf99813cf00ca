"""Posts: who acts for which unit in which role. Only for those who may see them (`frame.SEE_POSTS`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from civigrid.base.editions import Edition
from civigrid.directory import queries as directory
from civigrid.directory.queries import PostRow
from civigrid.directory.rules import ADMINISTRATORS, Role
from civigrid.web import shell, wording
from civigrid.web.pages.reference import filters, frame, pick
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.links import Said
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.table import Cell, Column, Table, table
from civigrid.web.templatetags.civigrid import pick as in_language

PEOPLE = 200  # people, and posts of theirs, that a search by name goes on with


@require_GET
def posts(request: Any) -> HttpResponse:
    """The posts by unit, or of people by how well they fit: ?q= a person's name, ?unit= (the units below it too),
    ?role=, ?after="""
    if not frame.may(request.actor, "posts"):
        raise PermissionDenied
    day, text = asked(request), filters.said(request, "q")
    role, cursor = filters.one_of(request, "role", Role), _cursor(filters.said(request, "after"))
    with shell.reading(request):
        names = Names(day, request.city)
        unit = pick.code_of("units", filters.said(request, "unit"), names)
        where: dict[str, Any] = {
            "unit_ids": _below(unit, names) if unit else None,
            "role": Role(role) if role else None,
        }
        if text:
            pager = filters.searched(_of_people(text, names, where))
        else:
            rows = directory.posts_after(day.on, limit=filters.PAGE + 1, after=cursor, **where)
            pager = filters.page(rows, _key, day, ("posts",), {"unit": unit, "role": role}, first=not cursor[0])
        lines = post_table(pager.rows, names)
        unit_text = pick.text_of("units", unit, names)
    controls = [
        filters.box("posts", day, text, _("Find a person"), _("name, pinyin or initials")),
        filters.picker("unit", "units", day, unit_text, _("Unit")),
        filters.choice("role", _("Role"), role, [(each, wording.of("role", each)) for each in Role]),
    ]
    return frame.show(
        request, "pages/reference/list.html", "directory", "posts", frame.Head(_("Posts")),
        table=lines, pager=pager, filters=controls, text=text,
    )  # fmt: skip


def _of_people(text: str, names: Names, where: Mapping[str, Any]) -> list[PostRow]:
    """The posts of those whose name fits, the best first."""
    people = directory.find_people(text, names.asked.on, PEOPLE)
    place = {person.account_id: at for at, person in enumerate(people)}
    held = directory.posts_after(names.asked.on, limit=PEOPLE, account_ids=list(place), **where)
    return sorted(held, key=lambda post: place[post.account_id])


def _below(code: str, names: Names) -> tuple[int, ...]:
    unit = directory.unit_by_code(code, names.asked.on)
    return directory.below(unit.id, names.asked.on) if unit else ()


def _key(post: PostRow) -> str:
    return f"{post.unit_code}.{post.id}"


def _cursor(text: str) -> tuple[str, int]:
    """A key that `_key` made; 404 for one that nobody gave."""
    code, _dot, number = text.rpartition(".")
    if text and not (code and number.isascii() and number.isdecimal() and len(number) < 19):
        raise Http404
    return (code, int(number)) if text else ("", 0)


def _regions(post: PostRow, names: Names) -> Sequence[Said]:
    """The regions a post sees; nothing for the posts that see their unit's work, or no case at all."""
    if post.role in shell.UNIT_ROLES | ADMINISTRATORS:
        return []
    root = names.city.root_code if names.city else ""
    return [names.region("" if root.startswith(code) else code) for code in post.regions]


def _cells(post: PostRow, names: Names) -> list[Cell | Said | str]:
    return [
        in_language(post.account_name, post.account_name_en),
        wording.of("role", post.role),
        names.unit(post.unit_id),
        Cell(_regions(post, names)),
    ]


def _columns(*more: str) -> list[Column]:
    words = (Column(_("Person"), "lead"), Column(_("Role")), Column(_("Unit")), Column(_("Area")))
    return [*words, *(Column(each, "number") for each in more)]


def post_table(rows: Sequence[PostRow], names: Names, *, of_unit: bool = False) -> Table:
    """Posts that are held; `of_unit`: on the page of the one unit they all belong to."""
    columns, lines = _columns(_("Since")), [[*_cells(post, names), post.since.isoformat()] for post in rows]
    return _narrow(str(_("Posts")), columns, lines) if of_unit else table(str(_("Posts")), columns, lines)


def _narrow(caption: str, columns: list[Column], lines: list[list[Cell | Said | str]]) -> Table:
    """The table without the unit's column."""
    return table(caption, [*columns[:2], *columns[3:]], ([*line[:2], *line[3:]] for line in lines))


def former_table(rows: Sequence[Edition[PostRow]], names: Names) -> Table:
    """Posts of a unit that ended, with their days."""
    lines = [[*_cells(each.row, names), each.since.isoformat(), str(each.last or "")] for each in rows]
    return _narrow(str(_("Former posts")), _columns(pgettext("period", "From"), pgettext("period", "To")), lines)
