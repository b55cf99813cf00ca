"""日报: what is counted is what opens, for every figure; the sheet balances; the workbook says the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from civigrid.base import db
from civigrid.cases.rules import Moment
from civigrid.flow import pipeline
from civigrid.intake.rules import Channel, RawReport
from civigrid.web.office.sheet import Cell, Sheet, Table
from civigrid.web.office.workbooks import written
from tests.web.people import (
    CHEN,
    JIANG,
    LI,
    LIU,
    SHEN,
    WANG,
    ZHENG,
    client,
    handled,
    photo,
    report,
    steps_to_handling,
    today,
)
from tests.web.people import form as form_of

pytestmark = pytest.mark.usefixtures("city")


def a_busy_day() -> None:
    """Of each moment something, in two towns' worth of shapes; one more report waits for the machine."""
    report("只立了案")
    report("另一来源", source="02")
    number = report("走完全程")
    handled(number, steps_to_handling(number))
    client("zhou-inspector").post(f"/cases/{number}/check/", form_of(number, result="passed", after=photo("check.jpg")))
    client(ZHENG).post(f"/cases/{number}/close/", form_of(number, outcome="solved", sure="on"))
    steps_to_handling(report("到了单位"))
    with db.system():
        pipeline.receive([RawReport(Channel.IMPORT, "unprocessed", "03", text="还没有处理")], now=datetime.now(UTC))
    with db.system(), connection.cursor() as cursor:  # some promises end today, one of them broken
        cursor.execute(
            "UPDATE cases_clock SET warn_at = started_at, due_at = greatest(now() - interval '1 second', started_at)"
            " WHERE task_id IS NULL AND kind = 'finish' AND stopped_at IS NULL AND id % 2 = 0"
        )


def figures(sheet: Sheet) -> Iterator[tuple[str, Cell]]:
    for tile in sheet.tiles:
        yield tile.words, tile.figure
    for table in (sheet.balance, *sheet.tables):
        for name, cells in table.rows:
            for column, cell in zip(table.columns, cells, strict=True):
                yield f"{table.title}/{name}/{column}", cell


def behind(who: str, address: str) -> int:
    """How many lines stand behind a link, over all its pages."""
    one, found = client(who), 0
    while address:
        page = one.get(address)
        assert page.status_code == 200, address
        found += len(page.context["lines"])
        address = page.context["next_address"]
    return found


def sheet_of(who: str = SHEN, **query: str) -> Sheet:
    answer = client(who).get("/office/day/", query)
    assert answer.status_code == 200
    found: Sheet = answer.context["sheet"]
    return found


def test_every_figure_opens_exactly_what_it_counts() -> None:
    a_busy_day()
    sheet = sheet_of()
    counted = dict(figures(sheet))
    assert sheet.tiles[0].figure.number == 5
    assert [tile.figure.number > 0 for tile in sheet.tiles] == [True] * 6
    different = {name: (cell.number, behind(SHEN, cell.address)) for name, cell in counted.items()}
    assert {name: pair for name, pair in different.items() if pair[0] != pair[1]} == {}


def test_the_day_balances_by_source_and_by_what_became_of_reports() -> None:
    a_busy_day()
    balance = sheet_of().balance
    for _name, (total, *kinds) in balance.rows:
        assert total.number == sum(cell.number for cell in kinds)
    *sources, (_all, whole) = balance.rows
    assert whole[0].number == sum(cells[0].number for _, cells in sources) == 5
    assert len(sources) == 3


def test_the_tables_add_up_to_the_tiles() -> None:
    a_busy_day()
    sheet = sheet_of()
    tiles = [tile.figure.number for tile in sheet.tiles[1:]]
    for table in sheet.tables:
        columns = zip(*[[cell.number for cell in cells] for _, cells in table.rows[:-1]], strict=True)
        assert [sum(column) for column in columns] == tiles == [cell.number for cell in table.rows[-1][1]]


def test_other_days_are_beside_it_and_an_empty_day_is_empty() -> None:
    a_busy_day()
    tomorrow = today() + timedelta(days=1)
    sheet = sheet_of(date=(tomorrow - timedelta(days=2)).isoformat())
    assert [cell.number for _, cell in figures(sheet)] == [0] * 7  # tiles, and the sum of no report
    page = client(SHEN).get("/office/day/", {"date": sheet.on.isoformat()})
    assert page.context["after"].endswith(f"date={(tomorrow - timedelta(days=1)).isoformat()}")
    assert client(SHEN).get("/office/day/").context["after"] == ""


def test_the_day_before_and_the_week_before_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    report("昨天的")
    with db.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET opened_at = opened_at - interval '1 day'")
    report("今天的")
    opened = next(tile for tile in sheet_of().tiles if "opened" in tile.figure.address)
    assert (opened.figure.number, opened.yesterday, opened.last_week) == (1, 1, 0)


def test_days_are_those_of_the_city() -> None:
    """Half past eleven in the evening in UTC is the next morning in the city."""
    number = report("夜里")
    on = today()
    late = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(minutes=30)
    with db.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET opened_at = %s WHERE number = %s", [late, number])
    counted = {tile.words: tile.figure.number for tile in sheet_of(date=on.isoformat()).tiles}
    assert list(counted.values())[1] == 1


@pytest.mark.parametrize("date", ["2999-01-01", "x", "2026-02-30", "20261122", "1800-01-01"])
def test_what_is_no_day_shows_today_and_says_so(date: str) -> None:
    answer = client(SHEN).get("/office/day/", {"date": date})
    assert answer.context["sheet"].on == today()
    assert date in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [(SHEN, 200), (ZHENG, 200), (LI, 404), (WANG, 404), (CHEN, 404), (LIU, 404), (JIANG, 404)]
)
def test_only_who_leads_and_audits_sees_the_sheet(who: str, status: int) -> None:
    for where in ("/office/day/", "/office/day/sheet.xlsx"):
        assert client(who).get(where).status_code == status


def test_the_workbook_says_what_the_page_says() -> None:
    a_busy_day()
    sheet = sheet_of()
    answer = client(SHEN).get("/office/day/sheet.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    first, *pages = book.worksheets
    assert [row[:4] for row in first.iter_rows(min_row=3, values_only=True)] == [
        (tile.words, tile.figure.number, tile.yesterday, tile.last_week) for tile in sheet.tiles
    ]
    for page, table in zip(pages, (sheet.balance, *sheet.tables), strict=True):
        rows: list[Any] = [(name, *(cell.number for cell in cells)) for name, cells in table.rows]
        assert list(page.iter_rows(min_row=2, values_only=True)) == rows


def test_a_name_that_looks_like_a_formula_stays_words() -> None:
    evil = '=HYPERLINK("http://x","1")'
    table = Table("a/b", ("x",), (((evil), (Cell(1, ""),)), ("+1+1\x07", (Cell(2, ""),))))
    book = load_workbook(written(Sheet(today(), (), table, ())))
    cell = book.worksheets[1]["A2"]
    assert (cell.value, cell.data_type) == (evil, "s")
    assert book.worksheets[1]["A3"].value == "+1+1"
    assert book.worksheets[1]["B2"].data_type == "n"


def test_the_sheet_takes_the_same_few_statements_whatever_there_is() -> None:
    counts = []
    one = client(SHEN)
    for more in (lambda: None, a_busy_day):
        more()
        one.get("/office/day/")
        with CaptureQueriesContext(connection) as asked:
            one.get("/office/day/")
        counts.append(sum(not each["sql"].startswith(("SELECT set_config", "SAVEPOINT", "RELEASE")) for each in asked))
    assert counts[0] == counts[1] <= 11
    with db.scoped(see_scope()):
        from civigrid.cases import queries as cases
        from civigrid.web.office.days import span

        db.take_role()
        with CaptureQueriesContext(connection) as figures_alone:
            cases.daily(see_scope(), span(today()), [], now=datetime.now(UTC))
    assert len([each for each in figures_alone if "base_stamp" not in each["sql"]]) == len(Moment) - 1


def see_scope() -> Any:
    from civigrid.base.permissions import EVERYWHERE

    return EVERYWHERE
