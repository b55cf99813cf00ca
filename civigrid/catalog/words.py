"""Labels and messages of this area, by enum member or code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.catalog.rules import Callback, Carry, CheckBy, DayKind, Family, LimitUnit, Urgency
from civigrid.catalog.rules.pack import Fault

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

DAY_KINDS: dict[DayKind, Words] = {
    DayKind.WORK: _("Working day"),
    DayKind.REST: _("Day of rest"),
    DayKind.HOLIDAY: _("Public holiday"),
    DayKind.MAKE_UP: _("Make-up working day"),
    DayKind.PACK_OFF: _("Day off in this city"),
    DayKind.PACK_ON: _("Working day in this city"),
}

REFUSALS: dict[str, Words] = {
    "no_pack_folder": _("There is no folder %(folder)s."),
    "no_city": _("No city is loaded yet: run civigrid pack load."),
    "limit_too_long": _("The calendar %(calendar)s does not hold a limit of %(value)s."),
    "limit_too_short": _("A limit must be at least 1."),
}

# what is wrong, and what to do about it
FAULTS: dict[str, tuple[Words, Words]] = {
    "file_missing": (_("The file is missing."), _("Add it; docs/city-pack.md says what it holds.")),
    "file_unknown": (_("No pack has a file of this name."), _("Rename it (%(allowed)s) or take it out.")),
    "encoding": (_("The file is not UTF-8 text."), _("Save it as “CSV UTF-8”.")),
    "bad_csv": (_("The table cannot be read: %(error)s."), _("Look for a quotation mark that is not closed.")),
    "bad_yaml": (_("The file cannot be read: %(error)s."), _("Check indentation, colons and quotation marks there.")),
    "bad_json": (_("This is no GeoJSON: %(error)s."), _("Export it again as a GeoJSON FeatureCollection.")),
    "column_missing": (_("The column is missing."), _("Add it to the first row.")),
    "column_unknown": (_("There is no such column or key."), _("Rename it (%(allowed)s) or take it out.")),
    "too_many_cells": (
        _("The row has %(cells)s cells, the table %(columns)s columns."),
        _("Put text that holds commas in quotation marks."),
    ),
    "required": (_("It is empty."), _("Fill it in.")),
    "unknown_value": (_("“%(value)s” is not possible here."), _("Use one of: %(allowed)s.")),
    "not_a_number": (
        _("“%(value)s” is not a number from %(least)s to %(most)s."),
        _("Write digits only, in that range."),
    ),
    "not_yes_no": (_("“%(value)s” is neither yes nor no."), _("Write yes or no.")),
    "not_text": (_("%(value)s is not text."), _("Put it in quotation marks.")),
    "key_not_text": (_("The code %(value)s was read as a number."), _('Put it in quotation marks: "01".')),
    "not_a_mapping": (_("Keys and values are expected here."), _("Write “key: value”, one per line, indented.")),
    "not_a_list": (_("A list is expected here (%(kind)s)."), _("Begin each entry with “- ”.")),
    "duplicate": (
        _("“%(value)s” stands twice in the file; first in row %(first)s."),
        _("Take one of the rows out, or give it a code of its own."),
    ),
    "bad_region_code": (
        _("“%(value)s” is no region code."),
        _("Use the national code: 2, 4, 6, 9 or 12 digits. Format the column as text, so that no digit is lost."),
    ),
    "bad_grid_code": (
        _("“%(value)s” is no grid code."),
        _("Use 15 digits: the code of the community and three of the grid."),
    ),
    "prefix_mismatch": (
        _("“%(value)s” does not begin with %(prefix)s, the code of the city."),
        _("Correct the code, or the root in city.yaml."),
    ),
    "missing_parent": (
        _("“%(value)s” lies under %(parent)s, which does not exist."),
        _("Add %(parent)s, or correct the code."),
    ),
    "predecessor_exists": (
        _("“%(value)s” is given as abolished, but stands in the table."),
        _("Take its row out, or the predecessor."),
    ),
    "cycle": (_("The unit is above itself: %(value)s."), _("Correct the parent of one of them.")),
    "unknown_region": (_("There is no region %(value)s."), _("Add it to regions.csv, or correct the code.")),
    "unknown_unit": (_("There is no unit %(value)s."), _("Add it to units.csv, or correct the code.")),
    "unknown_matter": (_("There is no matter %(value)s."), _("Add it to matters.csv, or correct the code.")),
    "unknown_calendar": (_("There is no calendar %(value)s."), _("Add it to calendars.yaml, or correct the code.")),
    "unknown_person": (_("There is nobody called %(value)s."), _("Add the person to people.csv.")),
    "unknown_place_kind": (_("There is no kind of place %(value)s."), _("Add it to place_kinds in city.yaml.")),
    "unknown_source": (_("There is no source %(value)s."), _("Add it to sources in city.yaml.")),
    "no_local_unit": (
        _("No town or community of the area has a unit “%(value)s”."),
        _("Add the units to units.csv, or name one unit."),
    ),
    "post_without_region": (
        _("Neither the post nor its unit %(value)s has a region."),
        _("Name the regions this post sees."),
    ),
    "administrators_apart": (
        _("%(value)s is an administrator and holds another role too."),
        _("Give each of the three administrators a person of his own, without other posts."),
    ),
    "no_default_standard": (
        _("The matter %(value)s has no default standard."),
        _("Mark one of its rows in standards.csv with default = yes."),
    ),
    "two_defaults": (
        _("The matter %(value)s has more than one default standard."),
        _("Leave default = yes in one of its rows."),
    ),
    "bad_geometry": (_("There is no polygon here: %(error)s."), _("Draw the grid as a polygon.")),
    "invalid_polygon": (
        _("The polygon is not valid: %(error)s."),
        _("Redraw the border so that it does not cross or touch itself."),
    ),
    "not_degrees": (
        _("%(value)s are no degrees."),
        _("Export longitude and latitude (EPSG:4326 or 4490), not metres."),
    ),
    "overlap": (
        _("The grid %(value)s lies partly on the ground of %(other)s."),
        _("Move the border so that the two only touch."),
    ),
    "bad_timezone": (_("There is no time zone “%(value)s”."), _("Write it as Asia/Shanghai.")),
    "bad_number_pattern": (
        _("“%(value)s” makes no case numbers."),
        _("Write capital letters or digits, then {date}{seq}: YT{date}{seq}."),
    ),
    "number_of_digits": (
        _(
            "“%(value)s” makes case numbers of digits only, which may look like somebody's telephone or identity number."
        ),
        _("Put capital letters before the date, or a hyphen after it: YT{date}{seq} or {date}-{seq}."),
    ),
    "lead_takes_no_tasks": (
        _("Nothing is dispatched to %(value)s: it is outside the city's own units."),
        _("Name a unit of another kind; reports are transferred to this one by a person."),
    ),
    "bad_hours": (
        _("These are no working hours: %(error)s."),
        _('Write days and hours as "1-5": ["08:30-12:00", "14:30-17:30"].'),
    ),
}


def reason(fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    return str(FAULTS[fault.code][0]) % fault.facts


def remedy(fault: Fault) -> str:
    """What to do about it, in the reader's language."""
    return str(FAULTS[fault.code][1]) % fault.facts
