"""What is wrong with a pack and what to do about it, by the code of the fault."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.catalog.rules.pack import Fault
from civigrid.catalog.words.loading import LOADING_FAULTS

Words = str | Promise

# what is wrong, and what to do about it
FAULTS: dict[str, tuple[Words, Words]] = {
    "file_missing": (_("The file is missing."), _("Add it; docs/city-pack.md says what it holds.")),
    "file_too_large": (_("The file is larger than %(limit)s MB."), _("Leave out what the city does not need.")),
    "file_empty": (_("The file is empty."), _("Fill it, or export it again.")),
    "two_files": (_("%(value)s is there too."), _("Keep the list in one of the two files.")),
    "file_unknown": (_("No pack has a file of this name."), _("Rename it (%(allowed)s) or take it out.")),
    "file_stray": (_("The file is not read."), _("Nothing, if it is for your own use; what is read: %(allowed)s.")),
    "encoding": (_("The file is not UTF-8 text."), _("Save it as “CSV UTF-8”.")),
    "bad_csv": (_("The table cannot be read: %(error)s."), _("Export it again as “CSV UTF-8”.")),
    "open_quote": (
        _("A quotation mark that opens in this row is not closed, or text follows it."),
        _("Close it before the next comma; one that belongs to the text is written twice."),
    ),
    "other_separator": (
        _("The columns are separated by “%(value)s”, not by commas."),
        _("Export it again with commas between the columns (“CSV UTF-8”)."),
    ),
    "bad_yaml": (_("The file cannot be read: %(error)s."), _("Check indentation, colons and quotation marks there.")),
    "bad_json": (_("This is no GeoJSON: %(error)s."), _("Export it again as a GeoJSON FeatureCollection.")),
    "column_missing": (_("The column is missing."), _("Add it to the first row.")),
    "column_unknown": (_("There is no such column or key."), _("Rename it (%(allowed)s) or take it out.")),
    "too_many_cells": (
        _("The row has %(cells)s cells, the table %(columns)s columns."),
        _("Put text that holds commas in quotation marks."),
    ),
    "too_few_cells": (
        _("The row has %(cells)s of %(columns)s cells."),
        _("Look whether it was broken in two, or commas are missing."),
    ),
    "required": (_("It is empty."), _("Fill it in.")),
    "too_long": (_("It has %(length)s characters; at most %(most)s are kept."), _("Shorten it.")),
    "bad_sign": (
        _("It holds a sign that no database keeps, or is far too long."),
        _("Type it anew, or take the sign out."),
    ),
    "bad_code": (
        _("“%(value)s” is no code: it is too long, or holds a blank, | or /."),
        _("Use letters, digits, - and _, at most 64 of them."),
    ),
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
    "bad_root": (_("“%(value)s” is no code of a city."), _("Write its 2, 4 or 6 digits, in quotation marks.")),
    "bad_asset_code": (
        _("“%(value)s” is no asset code."),
        _("Use 16 digits: six of the county, four of the class, six of the asset. Format the column as text."),
    ),
    "asset_county": (
        _("“%(value)s” does not begin with the code of a county of this city."),
        _("Correct the code; it begins with one of: %(allowed)s."),
    ),
    "no_kind_here": (_("“%(value)s”: only towns and communities have a kind."), _("Leave it empty.")),
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
    "predecessor_covers": (
        _("“%(value)s” is given as abolished, but %(region)s lies in it: whoever takes it over would see that too."),
        _("Write the whole code of what was abolished."),
    ),
    "cycle": (_("The unit is above itself: %(value)s."), _("Correct the parent of one of them.")),
    "unknown_region": (_("There is no region %(value)s."), _("Add it to regions.csv, or correct the code.")),
    "unknown_unit": (_("There is no unit %(value)s."), _("Add it to units.csv, or correct the code.")),
    "unknown_matter": (_("There is no matter %(value)s."), _("Add it to matters.csv, or correct the code.")),
    "unknown_calendar": (_("There is no calendar %(value)s."), _("Add it to calendars.yaml, or correct the code.")),
    "unknown_person": (_("There is nobody called %(value)s."), _("Add the person to people.csv.")),
    "unknown_place_kind": (_("There is no kind of place %(value)s."), _("Add it to place_kinds in city.yaml.")),
    "unknown_building": (_("There is no building %(value)s."), _("Add it to buildings.geojson, or correct the code.")),
    "unknown_address": (_("There is no address “%(value)s”."), _("Add it to addresses.csv, or correct the name.")),
    "two_addresses": (
        _("More than one place is called “%(value)s”."),
        _("Name another address, or write lon and lat."),
    ),
    "at_and_point": (_("There are an address and a point."), _("Leave one of them out.")),
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
        _("Mark one of its rows in %(list)s with default = yes."),
    ),
    "two_defaults": (
        _("The matter %(value)s has more than one default standard."),
        _("Leave default = yes in one of its rows."),
    ),
    "same_condition": (
        _("The matter %(value)s has this condition at this urgency already, in row %(first)s."),
        _("Say in each row when it holds. In a workbook, look whether the heading of the conditions is read."),
    ),
    "no_calendar": (
        _("The unit has no calendar, and there is none for the kind %(value)s."),
        _("Name one, or give the kind one in calendar_of in city.yaml."),
    ),
    "arrival_half": (_("A limit for arrival needs a number and a unit."), _("Fill in both, or leave both empty.")),
    "arrival_after_limit": (
        _("Arrival (%(value)s) is later than the limit (%(limit)s)."),
        _("Correct one of them."),
    ),
    "limit_too_long": (
        _("The calendar %(calendar)s does not hold %(value)s within %(years)s years."),
        _("Write a shorter limit, or one that is counted in days."),
    ),
    "urgent_not_extended": (
        _("Only what is ordinary can be extended."),
        _("Write no, or leave it empty."),
    ),
    "bad_field": (
        _("“%(value)s” is no name of a field."),
        _("Use small letters, digits and _, and begin with a letter."),
    ),
    "choices_unasked": (_("A field of the kind %(value)s has no choices."), _("Take them out, or make it a choice.")),
    "too_few_choices": (_("A choice needs at least %(least)s choices."), _("Write them with | between them.")),
    "choices_differ": (
        _("There are %(other)s choices and %(value)s in English."),
        _("Write one English choice for each, in the same order."),
    ),
    "owner_and_place": (
        _("The row names an owner and a kind of place."),
        _("Leave one of them out: an asset goes by its owner, wherever it stands."),
    ),
    "two_rows": (
        _("%(value)s leads here, but %(other)s in row %(first)s for the same matter, region, place and owner."),
        _("Take one of the rows out, or make one of them narrower."),
    ),
    "list_of_towns": (
        _("%(value)s is no town, town office or community: only their rows are basic or assist."),
        _("Leave the kind of list empty, or correct the lead."),
    ),
    "withdrawn_from_towns": (
        _("What is withdrawn from the towns cannot be led by %(value)s."),
        _("Name the unit of the city that does it now."),
    ),
    "bad_layer": (
        _("“%(value)s” is no code of a layer."),
        _("Use small letters, digits, - and _, and begin with a letter: the file is named after it."),
    ),
    "layer_without_file": (_("The layer has no file %(value)s."), _("Add the file, or take the layer out.")),
    "layer_undeclared": (
        _("No layer of city.yaml has this file."),
        _("Add it to layers in city.yaml, or take the file out."),
    ),
    "bad_geometry": (_("There is no shape that fits here: %(error)s."), _("Draw it as one of: %(allowed)s.")),
    "invalid_polygon": (
        _("The shape is not valid: %(error)s."),
        _("Redraw the border so that it does not cross or touch itself."),
    ),
    "not_degrees": (
        _("%(value)s are no degrees."),
        _("Export longitude and latitude (EPSG:4326 or 4490), not metres."),
    ),
    "tiny_grid": (
        _("The grid %(value)s covers %(area)s m²."),
        _("Draw its border anew; a grid covers at least %(least)s m²."),
    ),
    "overlap": (
        _("The grid %(value)s lies partly on the ground of %(other)s."),
        _("Move the border so that the two only touch."),
    ),
    "gap": (
        _("%(area)s m² between these grids belong to none: %(value)s (at %(point)s)."),
        _("Move the borders until they touch, or draw a special grid there."),
    ),
    "outside_grids": (_("%(value)s lies in no grid."), _("Correct its place, or draw the grid that holds it.")),
    # remarks: unusual, but nothing is stopped by it
    "odd_number": (
        _("The number of grid %(value)s does not fit its kind."),
        _("Special grids have %(first)s and up, ordinary ones less."),
    ),
    "odd_size": (
        _("An ordinary grid of %(value)s residents is unusual."),
        _("Most have %(least)s to %(most)s: look whether the number is right."),
    ),
    "residents_differ": (
        _("The grid has %(value)s residents, its buildings %(other)s."),
        _("Look which of the two is right."),
    ),
    "nobodys_duty": (
        _("No duty row is about the matter %(value)s."),
        _("A person will have to say whose duty it is, each time: add a row to duty.csv."),
    ),
    "leads_without_post": (
        _("%(value)s leads matters, and nobody holds a post in it."),
        _("Give somebody a post there: liaison or handler."),
    ),
    "swapped": (
        _("Longitude and latitude are swapped."),
        _("Put the longitude (in China 73 to 135) first, the latitude (18 to 54) second."),
    ),
    "not_a_date": (_("“%(value)s” is no date."), _("Write it as 2027-01-01.")),
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
    "seasons_overlap": (
        _("%(value)s lies in two seasons."),
        _("End one season on the day before the other begins."),
    ),
    "day_twice": (_("%(value)s stands twice in the list."), _("Take one of them out.")),
    "day_on_and_off": (
        _("%(value)s is listed as worked and as off."),
        _("Take it out of days_on or of days_off."),
    ),
    "bad_hours": (
        _("These are no working hours: %(error)s."),
        _('Write days and hours as "1-5": ["08:30-12:00", "14:30-17:30"].'),
    ),
}

# of standards.xlsx and duty.xlsx
SHEET_FAULTS: dict[str, tuple[Words, Words]] = {
    "not_xlsx": (
        _("This is no workbook."),
        _("Open it in the spreadsheet program and save it as an Excel workbook (.xlsx)."),
    ),
    "encrypted_xlsx": (_("The workbook is protected by a password."), _("Save it again without a password.")),
    "sheet_macros": (_("The workbook holds macros."), _("Save it as an Excel workbook without macros (.xlsx).")),
    "sheet_links": (
        _("The workbook takes values from other files or from a database."),
        _("Break the links (Data, Edit links), so that the values stay, and save it again."),
    ),
    "sheet_too_large": (
        _(
            "The workbook holds more than a list can: at most %(rows)s rows and %(cells)s cells, formatted empty ones counted."
        ),
        _("Delete the empty rows and columns beside and below the table, then save it again."),
    ),
    "bad_xlsx": (
        _("The workbook cannot be read: %(error)s."),
        _("Open it in the spreadsheet program, copy the tables into a new workbook and save that."),
    ),
    "no_header": (
        _("No sheet of the workbook has a table."),
        _("Write the names of the columns above it, among them: %(allowed)s."),
    ),
    "heading_missing": (_("The table lacks this column."), _("Add it, under one of these headings: %(allowed)s.")),
    "no_cached_value": (
        _("The value of the formula was never computed."),
        _("Open the workbook in the spreadsheet program and save it there, or write the value itself."),
    ),
    "cell_error": (_("The formula gives the error %(value)s."), _("Correct it, or write the value itself.")),
    "bad_limit": (
        _("“%(value)s” is no time limit."),
        _(
            "Write a whole number and what it counts: 30 minutes, 2 urgent_hours, 4 work_hours, 5 work_days or 30 days;"
            " an arrival limit in its own column."
        ),
    ),
    "limit_is_date": (
        _("The spreadsheet program took what was typed for a date or time: %(value)s."),
        _("Format the column as text and type the limit again, such as 2 work_days."),
    ),
    "several_names": (_("“%(value)s” may mean any of %(allowed)s."), _("Write the code.")),
    "one_unit": (
        _("“%(value)s” are several units, and one is asked for."),
        _("Name the unit that leads; put the others under those who support."),
    ),
    "code_and_name": (
        _("“%(value)s” is not the matter %(matter)s."),
        _("Correct the code or the name, so that both are of one matter."),
    ),
    "name_of_none": (
        _("The code %(matter)s counts; no matter is called “%(value)s”."),
        _("Look whether the code is right; if so, write the name as in matters.csv."),
    ),
    "sheet_skipped": (
        _("The sheet “%(value)s” has no table and was passed over."),
        _("Nothing, if it is a cover or holds notes."),
    ),
    "sheet_hidden": (
        _("The sheet “%(value)s” is hidden and was passed over."),
        _("Show it, if it belongs to the list."),
    ),
    "column_unread": (
        _("The column is not read."),
        _("Nothing, if it is for your own use; what is read: %(allowed)s."),
    ),
}
FAULTS |= SHEET_FAULTS
FAULTS |= LOADING_FAULTS


# what the libraries that read YAML, JSON and shapes say in English, by how it begins; the rest is places and values
DETAILS: dict[str, Words] = {
    "mapping values are not allowed here": _("a colon where none may stand"),
    "could not find expected ':'": _("a colon is missing"),
    "expected <block end>": _("the indentation is not that of the lines above"),
    "expected ',' or ']'": _("a list in brackets is not closed"),
    "expected ',' or '}'": _("a brace is not closed"),
    "found unexpected end of stream": _("a quotation mark is not closed"),
    "found character '\\t'": _("a tab stands where blanks belong"),
    "found character": _("a sign that must stand in quotation marks"),
    "found unknown escape character": _("a \\ in quotation marks that means nothing"),
    "a reference (*)": _("a reference (*)"),
    "a key that is no word": _("a key that is no word"),
    "Expecting ": _("a comma, colon, quotation mark or value is missing"),
    "Extra data": _("something stands after the end"),
    "Unterminated string": _("a quotation mark is not closed"),
    "Ring Self-intersection": _("the border touches itself"),
    "Self-intersection": _("the border crosses itself"),
    "Too few points": _("too few corners"),
    "Hole lies outside shell": _("a hole lies outside"),
    "Holes are nested": _("a hole lies in another"),
    "Nested shells": _("one part lies in another"),
    "Interior is disconnected": _("the ground is not in one piece"),
    "Duplicate Rings": _("the same border twice"),
    "Invalid Coordinate": _("a corner is no number"),
    "no working hours": _("no working hours"),
    "a weekday stands twice": _("a weekday stands twice"),
}


def _facts(fault: Fault) -> dict[str, object]:
    """The facts, the error of a library in the reader's language; where it is in the shape stays."""
    facts = dict(fault.facts)
    said = str(facts.get("error", ""))
    begins = next((each for each in DETAILS if said.startswith(each)), "")
    if begins:
        place = said[said.index("[") :] if fault.code == "invalid_polygon" and "[" in said else ""
        facts["error"] = f"{DETAILS[begins]} {place}".strip()
    return facts


def reason(fault: Fault) -> str:
    """What is wrong, in the reader's language; of a workbook, after the sheet and cell."""
    said = str(FAULTS[fault.code][0]) % _facts(fault)
    return str(_("Sheet %(sheet)s, %(cell)s:")) % fault.facts + " " + said if "sheet" in fault.facts else said


def remedy(fault: Fault) -> str:
    """What to do about it, in the reader's language."""
    return str(FAULTS[fault.code][1]) % fault.facts
