"""Labels and messages of this area, by enum member or code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.catalog.rules import (
    Callback,
    Carry,
    CheckBy,
    DayKind,
    DayNote,
    Family,
    FieldKind,
    LimitUnit,
    ListKind,
    Urgency,
)
from civigrid.catalog.words.faults import FAULTS as FAULTS
from civigrid.catalog.words.faults import SHEET_FAULTS as SHEET_FAULTS
from civigrid.catalog.words.faults import reason as reason
from civigrid.catalog.words.faults import remedy as remedy
from civigrid.catalog.words.loading import LOADING_FAULTS as LOADING_FAULTS

Words = str | Promise

FAMILIES: dict[Family, Words] = {
    Family.HOTLINE: _("Residents' requests"),
    Family.CITY: _("City management"),
    Family.GRID: _("Grid services"),
    Family.DISPUTE: _("Disputes"),
}

URGENCIES: dict[Urgency, Words] = {
    Urgency.CRITICAL: pgettext_lazy("urgency", "Critical"),
    Urgency.URGENT: pgettext_lazy("urgency", "Urgent"),
    Urgency.ORDINARY: pgettext_lazy("urgency", "Ordinary"),
}

LIMIT_UNITS: dict[LimitUnit, Words] = {
    LimitUnit.MINUTES: pgettext_lazy("limit", "minutes"),
    LimitUnit.URGENT_HOURS: pgettext_lazy("limit", "hours round the clock"),
    LimitUnit.WORK_HOURS: pgettext_lazy("limit", "working hours"),
    LimitUnit.WORK_DAYS: pgettext_lazy("limit", "working days"),
    LimitUnit.DAYS: pgettext_lazy("limit", "calendar days"),
}

CHECKS: dict[CheckBy, Words] = {
    CheckBy.SITE: _("On site"),
    CheckBy.PHOTO: _("By photo"),
    CheckBy.CALL: _("By call-back"),
    CheckBy.PAPERS: _("By papers"),
    CheckBy.NONE: _("Not checked"),
}

CALLBACKS: dict[Callback, Words] = {
    Callback.ALL: _("Everyone is called back"),
    Callback.SAMPLE: _("A sample is called back"),
    Callback.NONE: _("Nobody is called back"),
}

CARRIES: dict[Carry, Words] = {
    Carry.ACCEPT: _("Waits for the intake officer"),
    Carry.FILE: _("Accepted by machine, waits for the duty chief"),
    Carry.DISPATCH: _("Dispatched by machine when sure"),
}

FIELD_KINDS: dict[FieldKind, Words] = {
    FieldKind.TEXT: pgettext_lazy("kind of field", "Text"),
    FieldKind.NUMBER: pgettext_lazy("kind of field", "Number"),
    FieldKind.DATE: pgettext_lazy("kind of field", "Date"),
    FieldKind.CHOICE: pgettext_lazy("kind of field", "Choice"),
    FieldKind.YES_NO: pgettext_lazy("kind of field", "Yes or no"),
    FieldKind.PLACE: pgettext_lazy("kind of field", "Place"),
    FieldKind.UNIT: pgettext_lazy("kind of field", "Unit"),
    FieldKind.FILE: pgettext_lazy("kind of field", "File"),
}

LIST_KINDS: dict[ListKind, Words] = {
    ListKind.NONE: "",
    ListKind.BASIC: pgettext_lazy("kind of town list", "Basic duty"),
    ListKind.ASSIST: pgettext_lazy("kind of town list", "Assisting duty"),
    ListKind.WITHDRAWN: pgettext_lazy("kind of town list", "Taken back by the city"),
}

DAY_KINDS: dict[DayKind, Words] = {
    DayKind.WORK: _("Working day"),
    DayKind.REST: _("Day of rest"),
    DayKind.HOLIDAY: _("Public holiday"),
    DayKind.MAKE_UP: _("Make-up working day"),
    DayKind.PACK_OFF: _("Day off in this city"),
    DayKind.PACK_ON: _("Working day in this city"),
}

# why hours of a day do not count though they are working hours
DAY_NOTES: dict[DayNote, Words] = {
    DayNote.START: pgettext_lazy("day of a limit", "The day it begins does not count"),
    DayNote.PAUSED: pgettext_lazy("day of a limit", "The clock stood still"),
}

REFUSALS: dict[str, Words] = {
    "no_pack_folder": _("There is no folder %(folder)s."),
    "no_city": _("No city is loaded yet: run civigrid pack load."),
    "limit_too_long": _("The calendar %(calendar)s does not hold a limit of %(value)s."),
    "limit_too_short": _("A limit must be at least 1."),
    "older_than_loaded": _("A later day is already loaded (%(last)s): load the pack for that day or after it."),
    "not_loaded": _("The pack does not fit what is loaded: civigrid pack load says what and where."),
}
