"""MAP.toml: how the columns of a file become the fields of a report.

name = "hotline"                    # begins the key of every row: a file's ids are its own
[file]
encoding = "gb18030"                # default: UTF-8, else GB 18030
delimiter = ","
sheet = "2026"                      # of an XLSX; default: the first
[columns]                           # field = column; without `key`, a key is made from the row
key = "id"
text = ["detail", "remark"]         # several columns are put below each other
"contact.phone" = "tel"
[defaults]                          # for fields without a column, and for empty cells
source = "01"
kind = "complaint"
[values.kind]                       # what stands in the file = our code; "*" is whatever else
"投诉" = "complaint"
[dates]
formats = ["%Y/%m/%d %H:%M:%S"]
timezone = "Asia/Shanghai"
[extra]                             # kept with the report under this name
likes = "likes"
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from civigrid.base.errors import Refused
from civigrid.catalog.rules import Urgency
from civigrid.intake.rules import RawReport, ReportKind, crs_of

# files come by other doors; the numbers of a point that was given in another system stand where it is converted
_OTHERS = {"channel", "extra", "contact", "attachments", "lon_given", "lat_given"}
FIELDS = frozenset(RawReport.__dataclass_fields__) - _OTHERS | {"contact.phone", "contact.name", "contact.email"}
_SECTIONS = {"name", "file", "columns", "defaults", "values", "dates", "extra"}
_FILE = {"encoding", "delimiter", "sheet"}
_DATES = {"formats", "timezone"}
_YES, _NO = {"1", "true", "yes", "y", "是"}, {"0", "false", "no", "n", "否"}


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A map that was checked; `value` and `text` read a row's cells with it."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ","
    sheet: str = ""

    @property
    def needed(self) -> list[str]:
        """The columns the file must have."""
        return [*(column for columns in self.columns.values() for column in columns), *self.extra.values()]

    @property
    def fields(self) -> list[str]:
        return sorted({*self.columns, *self.defaults})

    def value(self, name: str, cells: Mapping[str, Any]) -> Any:
        """The field's value in this row. Refused(code, column=, value=) for a cell that cannot be one."""
        columns = self.columns.get(name, ())
        found = [cells[column] for column in columns]
        if name == "occurred_at" and found and isinstance(found[0], datetime):  # a date cell of a sheet
            return self._zoned(found[0])
        text = "\n".join(filter(None, map(self.text, found)))
        column = columns[0] if columns else name
        try:
            return _READ.get(name, _same)(self, self._coded(name, text))
        except ValueError as error:
            raise Refused("bad_value", column=column, value=text) from error

    @staticmethod
    def text(cell: Any) -> str:
        """A cell as a person would write it."""
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell).strip()

    def _coded(self, name: str, text: str) -> str:
        codes = self.values.get(name)
        if codes and text:
            found = codes.get(text, codes.get("*"))
            if found is None:
                raise ValueError(text)
            return found
        return text or self.defaults.get(name, "")

    def moment(self, text: str) -> datetime | None:
        """The time by the first format that fits; None for an empty cell."""
        if not text:
            return None
        for each in self.formats:
            try:
                return self._zoned(datetime.strptime(text, each))  # noqa: DTZ007  # the zone is put on
            except ValueError:
                continue
        return self._zoned(datetime.fromisoformat(text))

    def _zoned(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=moment.tzinfo or self.zone)


def _same(_: ImportMap, text: str) -> str:
    return text


def _number(_: ImportMap, text: str) -> float | None:
    return float(text) if text else None


def _flag(_: ImportMap, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO or not text:
        return False
    raise ValueError(text)


_READ: dict[str, Callable[[ImportMap, str], Any]] = {
    "kind": lambda _, text: ReportKind(text or ReportKind.OTHER),
    "urgency": lambda _, text: Urgency(int(text or Urgency.ORDINARY)),
    "language": lambda _, text: text or "zh-hans",
    "lon": _number,
    "lat": _number,
    "position_accuracy_m": _number,
    "position_crs": lambda _, text: crs_of(text),
    "confidential": _flag,
    "occurred_at": ImportMap.moment,
}


def read_map(path: Path) -> ImportMap:
    """The map in `path`. Refused("bad_map", key=..., problem=...) names the key at fault."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise _bad(path, "", str(error)) from error
    return _checked(content, partial(_bad, path))


def _bad(path: Path, key: str, problem: str) -> Refused:
    return Refused("bad_map", path=path.name, key=key, problem=problem)


def _checked(content: Mapping[str, Any], bad: Callable[[str, str], Refused]) -> ImportMap:
    _known("", content, _SECTIONS, bad)
    name = content.get("name", "")
    if not isinstance(name, str) or not name.strip() or ":" in name:
        raise bad("name", "a name is needed, without a colon")
    file, dates = (_section(content, each, bad) for each in ("file", "dates"))
    _known("file.", file, _FILE, bad)
    _known("dates.", dates, _DATES, bad)
    found = ImportMap(
        name=name.strip(),
        columns=_columns(_section(content, "columns", bad), bad),
        defaults=_texts("defaults.", _section(content, "defaults", bad), FIELDS, bad),
        values=_values(_section(content, "values", bad), bad),
        formats=_formats(dates.get("formats", []), bad),
        zone=_zone(dates.get("timezone", ""), bad),
        extra=_texts("extra.", _section(content, "extra", bad), None, bad),
        encoding=_encoding(file.get("encoding", ""), bad),
        delimiter=_delimiter(file.get("delimiter", ","), bad),
        sheet=str(file.get("sheet", "")),
    )
    return _whole(found, bad)


def _whole(found: ImportMap, bad: Callable[[str, str], Refused]) -> ImportMap:
    """What one key alone does not show."""
    if "source" not in found.fields:
        raise bad("defaults.source", "every report needs a source: a default or a column")
    if "occurred_at" in found.columns and found.zone is None:
        raise bad("dates.timezone", "times need a time zone, e.g. Asia/Shanghai")
    if ("lon" in found.columns) != ("lat" in found.columns):
        raise bad("columns.lon", "lon and lat come together")
    for name in found.defaults:
        try:
            found.value(name, dict.fromkeys(found.columns.get(name, ()), ""))
        except Refused as no:
            raise bad(f"defaults.{name}", f"{found.defaults[name]!r} is no {name}") from no
    return found


def _section(content: Mapping[str, Any], name: str, bad: Callable[[str, str], Refused]) -> Mapping[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise bad(name, "is a section: [" + name + "]")
    return section


def _known(
    prefix: str, section: Mapping[str, Any], allowed: set[str] | frozenset[str], bad: Callable[[str, str], Refused]
) -> None:
    for key in section:
        if key not in allowed:
            raise bad(f"{prefix}{key}", "is not known; known are " + ", ".join(sorted(allowed)))


def _columns(section: Mapping[str, Any], bad: Callable[[str, str], Refused]) -> dict[str, tuple[str, ...]]:
    _known("columns.", section, FIELDS, bad)
    if not section:
        raise bad("columns", "no column is mapped")
    found = {}
    for name, column in section.items():
        columns = column if isinstance(column, list) else [column]
        if not columns or not all(isinstance(each, str) and each for each in columns):
            raise bad(f"columns.{name}", "is the name of a column, or a list of names")
        found[name] = tuple(columns)
    return found


def _texts(
    prefix: str, section: Mapping[str, Any], allowed: frozenset[str] | None, bad: Callable[[str, str], Refused]
) -> dict[str, str]:
    if allowed is not None:
        _known(prefix, section, allowed, bad)
    for key, value in section.items():
        if not isinstance(value, str | int | float | bool):
            raise bad(f"{prefix}{key}", "is one value")
    return {key: str(value) for key, value in section.items()}


def _values(section: Mapping[str, Any], bad: Callable[[str, str], Refused]) -> dict[str, dict[str, str]]:
    _known("values.", section, FIELDS, bad)
    return {name: _texts(f"values.{name}.", _section(section, name, bad), None, bad) for name in section}


def _formats(formats: Any, bad: Callable[[str, str], Refused]) -> tuple[str, ...]:
    if not isinstance(formats, list) or not all(isinstance(each, str) and "%" in each for each in formats):
        raise bad("dates.formats", 'is a list such as ["%Y/%m/%d %H:%M:%S"]')
    return tuple(formats)


def _zone(name: Any, bad: Callable[[str, str], Refused]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, TypeError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise bad("dates.timezone", f"{name!r} is no time zone") from error
    except KeyError as error:
        raise bad("dates.timezone", f"{name!r} is no time zone") from error


def _encoding(name: Any, bad: Callable[[str, str], Refused]) -> str:
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, TypeError) as error:
        raise bad("file.encoding", f"{name!r} is no encoding") from error
    return "utf-8-sig" if found == "utf-8" else found  # reads both, with and without a byte order mark


def _delimiter(mark: Any, bad: Callable[[str, str], Refused]) -> str:
    if not isinstance(mark, str) or len(mark) != 1:
        raise bad("file.delimiter", "is one character")
    return mark
