"""Workbooks drawn as offices draw them, from the rows of a pack's CSV files: titles, merged cells, names, notes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from civigrid.catalog.rules.pack import Pack

LIMITS = {"minutes": "分", "urgent_hours": "紧急工作时", "work_hours": "工时", "work_days": "工日", "days": "日"}
LEVELS = {"1": "特急", "2": "Ⅱ", "3": "一般", "": ""}
YES_NO = {"yes": "是", "no": "否", "": ""}
LIST_KINDS = {"basic": "基本履职", "assist": "配合履职", "withdrawn": "上级收回", "": ""}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def plainly(rows: Sequence[Sequence[object]], title: str = "表") -> bytes:
    """One sheet with these rows, nothing else."""
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def _merge(sheet: Worksheet, top: int, left: int, bottom: int, right: int) -> None:
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def _table(sheet: Worksheet, rows: Iterable[Sequence[object]], *, at: int, merged: Sequence[int]) -> int:
    """Writes rows from row `at` on, each of `merged` columns as one cell over equal neighbours; the next free row."""
    rows = list(rows)
    for number, row in enumerate(rows, start=at):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value if value != "" else None)
    for column in merged:
        start = at
        for _, same in groupby(rows, key=lambda row: tuple(row[: column + 1])):
            end = start + len(list(same)) - 1
            for below in range(start + 1, end + 1):
                sheet.cell(below, column + 1).value = None
            _merge(sheet, start, column + 1, end, column + 1)
            start = end + 1
    return at + len(rows)


def _front(sheet: Worksheet, title: str, columns: int) -> None:
    sheet.cell(1, 1, title)
    _merge(sheet, 1, 1, 1, columns)
    sheet.cell(2, 1, "(2026年修订)")
    _merge(sheet, 2, 1, 2, columns)


def _two_rows(sheet: Worksheet, at: int, heading: Sequence[tuple[str, Sequence[str]]]) -> None:
    """A heading in two rows: what has parts lies over them, what has none over both rows."""
    column = 1
    for over, parts in heading:
        sheet.cell(at, column, over)
        for number, part in enumerate(parts):
            sheet.cell(at + 1, column + number, part)
        _merge(sheet, at, column, at if parts else at + 1, column + max(len(parts), 1) - 1)
        column += max(len(parts), 1)


def standards(rows: Sequence[Mapping[str, str]], pack: Pack) -> bytes:
    """A sheet for each major class, its name down the left side; limits with their units, levels in words and Ⅱ."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "封面"
    book.active["B3"] = "云汀市立案结案标准一览表"
    matters = {matter.code: matter for matter in pack.matters}
    heading: list[tuple[str, list[str]]] = [
        ("序号", []), ("大类", []), ("小类", ["代码", "名称"]), ("立案条件", []), ("立案条件(英文)", []), ("级别", []),
        ("时限", ["到场", "处置"]), ("结案条件", []), ("结案条件(英文)", []), ("可延期", []), ("默认", []), ("备注", []),
    ]  # fmt: skip
    of_major = groupby(rows, key=lambda row: matters[row["matter"]].major)
    for number, (major, of_it) in enumerate(of_major, start=1):
        sheet = book.create_sheet(f"{number}.{major}"[:31])
        _front(sheet, "立案结案标准一览表", 14)
        _two_rows(sheet, 3, heading)
        lines = [
            (
                str(n), major, row["matter"], matters[row["matter"]].name, row["condition"], row["condition_en"],
                LEVELS[row["urgency"]],
                f"{row['arrival']}{LIMITS[row['arrival_unit']]}" if row.get("arrival") else "—",
                f"{row['limit']}{LIMITS[row['unit']]}", row["closing"], row["closing_en"],
                YES_NO[row.get("extend", "")], YES_NO[row["default"]], "",
            )
            for n, row in enumerate(of_it, start=1)
        ]  # fmt: skip
        # the serial number differs in each row; what is the same downward is one cell
        end = _table(sheet, [("", *line[1:]) for line in lines], at=5, merged=[1, 2, 3])
        for n, line in enumerate(lines):
            sheet.cell(5 + n, 1, int(line[0]))
        sheet.cell(end + 1, 1, "注:工时为工作小时,自派遣起算。")
        _merge(sheet, end + 1, 1, end + 1, 14)
        sheet.cell(end + 2, 1, "填表人:")
        sheet.cell(end + 2, 7, "审核:")
    return saved(book)


def duty(rows: Sequence[Mapping[str, str]], pack: Pack) -> bytes:
    """One sheet, a line with the name of each major class between the rows; every unit, kind and matter by its name."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "权责清单"
    units = {unit.code: unit.name for unit in pack.units}
    kinds = {code: kind["name"] for code, kind in pack.city.place_kinds.items()}
    matters = {matter.code: matter for matter in pack.matters}

    def named(code: str) -> str:
        return units.get(code, {"community": "社区", "unknown": "不明"}.get(code, code))

    _front(sheet, "云汀市权责清单", 11)
    sheet.append([
        "事项", "条目编号", "地点类型", "权属\n单位", "适用区域", "主办单位", "协办单位", "主管部门", "兜底单位", "履职类型",
        "法律依据",
    ])  # fmt: skip
    at = 4
    for major, of_it in groupby(rows, key=lambda row: matters[row["matter"]].major):
        sheet.cell(at, 1, f"一、{major}")
        _merge(sheet, at, 1, at, 11)
        at = _table(
            sheet,
            [
                (
                    matters[row["matter"]].name, row["code"], kinds.get(row["place_kind"], ""), named(row.get("owner", "")),
                    row["region"] or "全市", named(row["lead"]), "、".join(map(named, filter(None, row["support"].split("|")))),
                    named(row["regulator"]), named(row.get("last_resort", "")), LIST_KINDS[row.get("list_kind", "")],
                    row["basis"],
                )
                for row in of_it
            ],
            at=at + 1, merged=[0],
        )  # fmt: skip
    return saved(book)
