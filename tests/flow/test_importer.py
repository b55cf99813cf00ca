"""A file tried, and then stored: the trial's numbers are those of the real run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from civigrid.base import db
from civigrid.flow import importer
from civigrid.intake import queries as reports
from civigrid.intake.channels.csvfile import ImportMap, read_map
from tests.cases.town import NOW, build

MAP = """
name = "orders"
[columns]
key = "编号"
text = "内容"
source = "来源"
kind = "性质"
[values.kind]
"投诉" = "complaint"
"""
ROWS = [
    ("1", "井盖没了", "01", "投诉"),
    ("2", "", "01", "投诉"),  # nothing said
    ("3", "路灯不亮", "99", "投诉"),  # no source of this city
    ("4", "路灯不亮", "01", "乱码"),  # no kind of the map
    ("1", "井盖没了", "01", "投诉"),  # again
    ("1", "别的事情", "01", "投诉"),  # other words under a known key
    ("5", "长" * 20_001, "01", "投诉"),
    ("6", "垃圾", "03", "投诉"),
    ("1", "井盖没了", "01", "投诉"),
]


@pytest.fixture
def shape(tmp_path: Path) -> ImportMap:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return read_map(path)


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 3, 500])
def test_a_trial_counts_as_the_real_run(
    batch: int, shape: ImportMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "BATCH", batch)
    with db.system():
        build()
    file = tmp_path / "file.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("编号", "内容", "来源", "性质"), *ROWS])
    runs, lists = [], []
    for number, dry_run in enumerate((True, False, True, False)):
        rejects = tmp_path / f"{number}.csv"
        runs.append(importer.import_file(file, shape, now=NOW, rejects=rejects, dry_run=dry_run))
        lists.append(written(rejects))
        with db.system():
            assert reports.count() == (0 if number == 0 else 2)
    numbers = [(run.rows, run.stored, run.repeated, run.rejected, run.reasons) for run in runs]
    reasons = {"nothing_said": 1, "unknown_code": 1, "bad_value": 1, "key_reused": 1, "too_long": 1}
    assert numbers[0] == numbers[1] == (9, 2, 2, 5, reasons)
    assert numbers[2] == numbers[3] == (9, 0, 4, 5, reasons)
    assert lists[0] == lists[1] == lists[2] == lists[3]
    assert all(run.whole for run in runs)
