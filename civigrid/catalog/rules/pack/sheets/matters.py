"""Which matter a row of a list is about."""

from __future__ import annotations

from civigrid.catalog.rules.pack.sheets.names import Names
from civigrid.catalog.rules.pack.sheets.rows import Line


def name_matter(line: Line, names: Names) -> None:
    """Leaves the matter's code: of its code or name, and the major class beside it, between the rows or on the sheet."""
    code, name, major = (line.cells.pop(column, "") for column in ("matter", "matter_name", "major"))
    found = names.matter(code or name, major or line.major)
    line.cells["matter"] = code or name
    line.one("matter", found)
    named = names.matter(name, major) if code and name else ()
    if found and code and name and not named:
        line.remark("matter_name", "name_of_none", value=name, matter=code)
    if found and named and found[0] not in named:
        line.fault("matter_name", "code_and_name", value=name, matter=code)
