"""What is wrong in a pack, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from civigrid.catalog.rules.pack import content

# the fault of a name that is not there, and the file it would stand in
UNKNOWN = {
    "unknown_region": content.REGIONS,
    "unknown_unit": content.UNITS,
    "unknown_calendar": content.CALENDARS,
    "unknown_matter": content.MATTERS,
    "unknown_person": content.PEOPLE,
    "unknown_building": content.BUILDINGS,
    "unknown_address": content.ADDRESSES,
    "unknown_source": content.CITY,
    "unknown_place_kind": content.CITY,
}
_CAUSES = {name: place for place, name in enumerate(content.FILES)}  # a file's rows name those of the files before it
_OF_ROWS = frozenset({"first", "sheet", "cell"})  # facts that differ from row to row
SHEET_ROWS = 1 << 20  # a sheet has no more
LONGEST_FACT, LARGEST_FACT = 120, 10**15  # characters and numbers of what was found that a message repeats


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` is the row as a spreadsheet shows it (1 is the header), a feature's or list entry's number, or a line of a
    YAML file; 0 is the whole file. `code` has a reason and a remedy in both languages (`catalog.words.FAULTS`). What
    does not `stop` a loading is a remark: something unusual that a person should look at."""

    file: str
    row: int
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    stops: bool = True


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """A sheet of a workbook. `headings`: by our columns, the heading each has in the sheet, and its letter."""

    name: str
    headings: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def facts(self, row: int, column: str) -> dict[str, Any]:
        return {"sheet": self.name, "cell": f"{self.headings.get(column, ('', ''))[1]}{row}"}


class Faults:
    """Collects: a check never stops at the first. `lost` are the files that could not be read at all, so that nothing
    is said of rows that may be in them.

    `sheets`: of a workbook, in their order. The number of a row then also says which sheet it is in (see `_placed`): a
    fault is told with the row as the sheet has it and the sheet's own heading, whoever finds it.
    """

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self.lost: set[str] = set()
        self.sheets: dict[str, list[SheetPlace]] = {}

    def add(self, file: str, row: int, column: str, code: str, **facts: Any) -> None:
        self._found.append(self._placed(file, row, column, code, facts, stops=True))

    def _placed(self, file: str, row: int, column: str, code: str, facts: dict[str, Any], *, stops: bool) -> Fault:
        sheets = self.sheets.get(file)
        if sheets and row:
            number, row = _sheet_row(row)
            if "first" in facts:
                other, first = _sheet_row(facts["first"])
                facts["first"] = first if other == number else f"{first} ({sheets[other].name})"
            facts |= sheets[number].facts(row, column)
            column = sheets[number].headings.get(column, (column, ""))[0]
        return Fault(file, row, column, code, _short(facts), stops)

    def lose(self, file: str, row: int, column: str, code: str, **facts: Any) -> None:
        """A fault because of which the file's rows are not known."""
        self.lost.add(file)
        self.add(file, row, column, code, **facts)

    def remark(self, file: str, row: int, column: str, code: str, **facts: Any) -> None:
        self._found.append(self._placed(file, row, column, code, facts, stops=False))

    @property
    def stop(self) -> bool:
        """Whether this is no pack."""
        return any(fault.stops for fault in self._found)

    def __iter__(self) -> Iterator[Fault]:
        """Whole files first: what is wrong with one explains much of the rest. Then each file before those whose rows
        name its rows. Remarks come last."""
        return iter(sorted(self._found, key=self._order))

    def _order(self, fault: Fault) -> tuple[object, ...]:
        whole = fault.file in self.lost or not fault.row
        cause = _CAUSES.get(fault.file, len(_CAUSES))
        return not fault.stops, not whole, cause, fault.file, fault.row, fault.column, fault.code


@dataclass(slots=True)
class Folded:
    """Equal faults as one: the first of them, and how many rows have it."""

    fault: Fault
    count: int = 0


def folded(faults: Iterable[Fault]) -> list[Folded]:
    """Equal faults together, in the order of the first of each. A name that is not there is one fault wherever it is named;
    any other is equal in one column of one file."""
    found: dict[tuple[object, ...], Folded] = {}
    for fault in faults:
        said = tuple((name, str(value)) for name, value in fault.facts.items() if name not in _OF_ROWS)
        where = () if fault.code in UNKNOWN else (fault.file, fault.column)
        found.setdefault((fault.stops, fault.code, where, said), Folded(fault)).count += 1
    return list(found.values())


def _sheet_row(number: int) -> tuple[int, int]:
    """Which sheet of its workbook, and which row of it."""
    sheet, row = divmod(number - 1, SHEET_ROWS)
    return sheet, row + 1


def _short(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name == "allowed" else _fact(value) for name, value in facts.items()}


def _fact(value: Any) -> Any:
    """As a message repeats it: numbers as they are, anything else on one line and cut where it is long."""
    if isinstance(value, int | float) and abs(value) < LARGEST_FACT:
        return value
    try:
        text = str(value)
    except (ValueError, RecursionError):  # thousands of digits, or lists in lists without end
        text = type(value).__name__
    line = "".join(each if each.isprintable() else "�" for each in text[: LONGEST_FACT + 1])
    return line if len(line) <= LONGEST_FACT else line[:LONGEST_FACT] + "…"
