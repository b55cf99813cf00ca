"""The day sheet: on the screen, and the same figures as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from civigrid.web import shell
from civigrid.web.office import workbooks
from civigrid.web.office.asked import said, to
from civigrid.web.office.days import DAY, day_of
from civigrid.web.office.sheet import Sheet
from civigrid.web.office.sheet import sheet as sheet_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def sheet(request: Any) -> HttpResponse:
    """?date= the day, today where none is."""
    found, bad = _sheet(request)
    today: date = shell.today(request)
    context = {
        "sheet": found,
        "bad": bad,
        "city_wide": request.actor.scope.everywhere,
        "running": found.on == today,
        "before": to("day_sheet", date=(found.on - DAY).isoformat()),
        "after": to("day_sheet", date=(found.on + DAY).isoformat()) if found.on < today else "",
        "today_address": to("day_sheet"),
        "workbook": to("day_workbook", date=found.on.isoformat()),
    }
    return shell.page(request, "office/day.html", context)


@require_GET
def workbook(request: Any) -> FileResponse:
    """?date= as for the page."""
    found, _bad = _sheet(request)
    name = _("day-sheet-%(day)s.xlsx") % {"day": found.on.isoformat()}
    return FileResponse(workbooks.written(found), as_attachment=True, filename=name, content_type=XLSX)


def _sheet(request: Any) -> tuple[Sheet, str]:
    """The sheet, and what was asked for where that is no day up to today: then today's is shown."""
    if request.actor.role not in shell.SHEET_READERS:
        raise Http404
    today: date = shell.today(request)
    text = said(request, "date")
    on = day_of(text) if text else today
    bad = "" if on and on <= today else text
    with shell.reading(request):
        return sheet_of(request.actor, today if bad or on is None else on, now=request.now), bad
