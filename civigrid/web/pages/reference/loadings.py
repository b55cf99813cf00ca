"""Which city pack was loaded when, by whom, and what that opened, changed and closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import LoadingRow
from civigrid.directory import queries as directory
from civigrid.web import shell
from civigrid.web.pages.reference import filters, frame
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.links import Said
from civigrid.web.pages.reference.table import Cell, Column, table
from civigrid.web.templatetags.civigrid import pick as in_language

Words = str | Promise
KINDS: dict[str, Words] = {
    "city": gettext_lazy("the city itself"),
    "calendar": gettext_lazy("calendars"),
    "region": gettext_lazy("regions"),
    "grid": gettext_lazy("grids"),
    "unit": gettext_lazy("units"),
    "account": gettext_lazy("people"),
    "post": gettext_lazy("posts"),
    "matter": gettext_lazy("matters"),
    "standard": gettext_lazy("standards"),
    "duty": gettext_lazy("duty rows"),
    "building": gettext_lazy("buildings"),
    "address": gettext_lazy("addresses"),
    "asset": gettext_lazy("assets"),
    "feature": gettext_lazy("map features"),
}
HOWS: dict[str, Words] = {
    "opened": pgettext_lazy("by a loading", "opened"),
    "changed": pgettext_lazy("by a loading", "changed"),
    "closed": pgettext_lazy("by a loading", "closed"),
}
MACHINE = 0  # the account of a loading from the command line
DIGEST = 12  # signs of a digest that tell packs apart


@require_GET
def loadings(request: Any) -> HttpResponse:
    """The loadings, the newest first: ?after= the id of the last one seen."""
    if not frame.may(request.actor, "packs"):
        raise PermissionDenied
    day, cursor = asked(request), filters.said(request, "after")
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise Http404
    with shell.reading(request):
        rows = catalog.loadings(filters.PAGE + 1, int(cursor) if cursor else None)
        people = directory.account_names({row.account_id for row in rows} - {MACHINE})
    pager = filters.page(rows, lambda row: str(row.pack_id), day, ("packs",), {}, first=not cursor)
    columns = (
        Column(_("Loaded"), "lead"), Column(_("City"), "short"), Column(_("By"), "short"), Column(_("Digest of the pack"), "number"),
        Column(HOWS["opened"]), Column(HOWS["changed"]), Column(HOWS["closed"]),
    )  # fmt: skip
    return frame.show(
        request, "pages/reference/list.html", "catalog", "packs", frame.Head(_("Loadings of city packs")),
        table=table(str(_("Loadings of city packs")), columns, (_cells(row, people) for row in pager.rows)), pager=pager,
    )  # fmt: skip


def _cells(row: LoadingRow, people: Mapping[int, tuple[str, str]]) -> list[Cell | Said | str]:
    by = in_language(*people[row.account_id]) if row.account_id in people else _("command line")
    return [
        date_format(timezone.localtime(row.loaded_at), "Y-m-d H:i"),
        in_language(row.name, row.name_en),
        by,
        row.digest[:DIGEST],
        *(Cell([Said(text) for text in told(row.facts, how)]) for how in HOWS),
    ]


def told(facts: Mapping[str, int], how: str) -> list[str]:
    """What the ledger's line counts as opened, changed or closed, kind by kind; nought is not said."""
    numbers = ((words, facts.get(f"{kind}_{how}", 0)) for kind, words in KINDS.items())
    return [f"{words} {number:,}" for words, number in numbers if number]
