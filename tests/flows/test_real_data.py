"""Real input goes the whole way: rows in = reports stored = sum of dispositions, and a second import adds nothing."""

from __future__ import annotations

import csv
import gzip
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from civigrid.base import db, ledger
from tests.flows.conftest import NOW, Real, drain, kill_when

pytestmark = [pytest.mark.data, pytest.mark.slow]
Ask = Callable[[str], list[tuple[object, ...]]]

# what must hold of every database after everything was processed; each returns rows only where it does not
WHOLE = {
    "a report without a disposition": """
        SELECT r.id FROM intake_report r LEFT JOIN intake_disposition d ON d.report_id = r.id WHERE d.report_id IS NULL""",
    "a report still pending": "SELECT report_id FROM intake_pending",
    "a key stored twice": "SELECT channel, key FROM intake_report GROUP BY 1, 2 HAVING count(*) > 1",
    "an opened case without its report": """
        SELECT c.id FROM cases_case c
        LEFT JOIN cases_report r ON r.case_id = c.id AND r.report_id = c.first_report_id WHERE r.id IS NULL""",
    "a report that opened two cases": "SELECT first_report_id FROM cases_case GROUP BY 1 HAVING count(*) > 1",
    "a report in no case or two": """
        SELECT d.report_id FROM intake_disposition d LEFT JOIN cases_report r ON r.report_id = d.report_id
        WHERE d.kind IN ('opened', 'joined') GROUP BY 1 HAVING count(r.id) <> 1""",
    "a disposition that names another case": """
        SELECT d.report_id FROM intake_disposition d JOIN cases_report r ON r.report_id = d.report_id
        JOIN cases_case c ON c.id = r.case_id WHERE NOT c.number = ANY (d.numbers)""",
    "a case with neither a task nor a wait": """
        SELECT c.id FROM cases_case c LEFT JOIN cases_task t ON t.case_id = c.id
        WHERE t.id IS NULL AND c.waits_for = '' AND c.stage = 'handle'""",
    "a task without a clock": """
        SELECT t.id FROM cases_task t LEFT JOIN cases_clock k ON k.task_id = t.id WHERE k.id IS NULL""",
    "a case without a line": """
        SELECT c.id FROM cases_case c
        LEFT JOIN ledger_head h ON h.kind = 'case' AND h.stream = c.id WHERE h.stream IS NULL""",
}


def holds(ask: Ask) -> None:
    for what, statement in WHOLE.items():
        assert ask(f"SELECT count(*) FROM ({statement}) found") == [(0,)], what
    with db.system():
        assert not ledger.verify().faults


def count(ask: Ask, table: str) -> int:
    return int(str(ask(f"SELECT count(*) FROM {table}")[0][0]))


@pytest.mark.parametrize(
    ("name", "rows"),
    [("hotline", 4_326), ("district", 3_981), ("boston", 41_827), ("shanghai", 4_000)],
)
def test_the_whole_way_with_two_kills(
    name: str, rows: int, ask: Ask, command: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Killed while it reads, killed while it processes, then left alone: nothing is lost, nothing there twice."""
    real = Real(name, tmp_path).load()
    kill_when(command(*real.command), lambda: count(ask, "intake_report") >= 500)
    assert 0 < count(ask, "intake_report") < rows
    kill_when(command(*real.command), lambda: count(ask, "intake_disposition") >= 1_000)
    assert count(ask, "intake_report") == rows
    assert 0 < count(ask, "intake_disposition") < rows
    assert command(*real.command).wait(timeout=240) == 0
    assert count(ask, "intake_report") == count(ask, "intake_disposition") == rows
    assert not real.rejects.exists()
    holds(ask)

    before = count(ask, "ledger_line"), count(ask, "cases_case"), count(ask, "base_event")
    again = real.bring()
    assert (again.rows, again.stored, again.repeated) == (rows, 0, rows)
    assert drain().found == 0
    assert (count(ask, "ledger_line"), count(ask, "cases_case"), count(ask, "base_event")) == before


def test_points_over_a_real_map_are_found_where_they_are(ask: Ask, tmp_path: Path) -> None:
    """Against the map asked point by point; a shifted point within a metre of a border may be in either grid, and what
    lies beyond the city by less than the tolerance of 15 m is not sent away."""
    real = Real("shanghai", tmp_path).load()
    real.bring()
    drain()
    found = {key: (precision, grid) for key, precision, grid in ask(
        "SELECT split_part(r.key, ':', 2), s.precision, coalesce(g.code, '') FROM intake_report r "
        "JOIN locate_spot s ON s.report_id = r.id LEFT JOIN places_grid g ON g.id = s.grid_id")}  # fmt: skip
    with real.file.open(encoding="utf-8") as file:
        truths = [row for row in csv.DictReader(file) if row["true_grid"]]
    assert len(truths) > 2_500
    for row in truths:
        precision, grid = found[row["id"]]
        if float(row["true_edge_m"]) > (15 if row["true_grid"] == "outside" else 1):
            assert (precision if precision == "outside" else grid) == row["true_grid"], row
    assert sum(row["crs"] == "GCJ-02" for row in truths) > 700
    assert sum(row["true_grid"] == "outside" for row in truths) > 20


def test_what_cannot_be_taken_is_listed_and_the_rest_goes_on(ask: Ask, tmp_path: Path) -> None:
    """A real file made worse: a broken date, a row cut short, a null character, the same id with other words."""
    real = Real("hotline", tmp_path).load()
    with gzip.open(real.file, "rt", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))[:101]
    rows[3][3], rows[5][4], rows[7] = "yesterday", rows[5][4] + "\x00", rows[7][:4]
    rows.append([*rows[10][:4], "something else", *rows[10][5:]])
    worse = tmp_path / "worse.csv"
    with worse.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    tally = real.bring(worse)
    assert tally.whole
    assert (tally.rows, tally.stored, tally.rejected) == (101, 97, 4)
    with real.rejects.open(encoding="utf-8-sig") as listed:
        assert [(row["row"], row["code"] != "") for row in csv.DictReader(listed)] == [
            ("3", True),
            ("7", True),
            ("5", True),
            ("101", True),
        ]


def test_one_poisoned_report_is_parked_and_the_rest_goes_on(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from civigrid.flow import pipeline

    Real("hotline", tmp_path).load().bring()
    whole = pipeline.process
    (poisoned,) = ask("SELECT id FROM intake_report ORDER BY id OFFSET 250 LIMIT 1")[0]

    def stumble(report_ids: list[int], *, now: object, **more: Any) -> None:
        if poisoned in report_ids:
            raise ValueError("a text that must not be told: 张三的电话")
        whole(report_ids, now=now, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "process", stumble)
    tallies = [drain(NOW + timedelta(minutes=later)) for later in (0, 2, 4, 6)]
    assert [(tally.processed, tally.failed) for tally in tallies] == [(4325, 1), (0, 1), (0, 1), (0, 0)]
    assert ask("SELECT report_id, state, attempts, error FROM intake_pending") == [
        (poisoned, "parked", 3, "ValueError")
    ]
