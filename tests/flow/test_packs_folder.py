"""A folder read, looked at and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules.pack import COMPARE, READ, SAVE, content
from civigrid.flow import packs
from tests.loading import SUNDAY, TODAY, written
from tests.packfiles import files, with_line, with_shape, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, files())


def test_a_folder_is_read_with_its_layers_and_of_other_files_only_the_names(folder: Path) -> None:
    strays = ["import.toml", "layers/readme.md", "notes.txt"]
    for stray in (*strays, "~$duty.xlsx", ".units.csv", "layers/~$roads.geojson"):
        (folder / stray).write_bytes(b"x")
    (folder / "old.csv").mkdir()
    (folder / "made").mkdir()
    (folder / "made" / "reports.csv").write_bytes(b"x")
    assert packs.read(folder) == {**files(), **dict.fromkeys(strays, b"")}
    loading = packs.load(folder, now=SUNDAY)
    assert loading.loaded
    assert [(fault.code, fault.file) for fault in loading.faults] == [("file_stray", name) for name in strays]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("assets.csv", "assets.CSV"), ("assets.csv", "Assets.csv"), ("assets.csv", "assets.txt"), ("assets.csv", "assets"),
        ("buildings.geojson", "buildings.json"), ("layers/roads.geojson", "Layers/roads.geojson"),
        ("layers/roads.geojson", "layers/roads.GeoJSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_nearly_called_right_is_never_passed_over(folder: Path, name: str, other: str) -> None:
    """The load would close every row of it."""
    packs.load(folder, now=SUNDAY)
    before = written()
    data = (folder / name).read_bytes()
    (folder / name).unlink()
    (folder / other).parent.mkdir(exist_ok=True)
    (folder / other).write_bytes(data)
    loading = packs.load(folder, now=SUNDAY)
    assert not loading.loaded
    assert other in {fault.file for fault in loading.faults if fault.stops}
    assert written() == before


def test_a_folder_is_loaded_whole_or_not_at_all(folder: Path) -> None:
    write(folder, with_line("posts.csv", "zhang,1008,intake,"))
    loading = packs.load(folder, now=SUNDAY)
    assert not loading.loaded
    assert [fault.code for fault in loading.faults] == ["unknown_person"]
    assert not any(written().values())


def test_remarks_stand_beside_what_was_loaded(folder: Path) -> None:
    write(folder, with_line("addresses.csv", "A9,服务区,,landmark,124.5,29"))
    loading = packs.load(folder, now=SUNDAY)
    assert loading.loaded
    assert [fault.code for fault in loading.faults] == ["outside_grids"]
    assert loading.counts["address"] == {"opened": 4}


def test_a_dry_run_shows_the_difference_and_writes_nothing(folder: Path) -> None:
    loading = packs.load(folder, now=SUNDAY, dry_run=True)
    assert {what: counts["opened"] for what, counts in loading.counts.items()} == {
        "calendar": 3, "region": 5, "grid": 3, "unit": 7, "account": 6, "post": 7, "matter": 2, "standard": 3, "duty": 4,
        "building": 3, "address": 3, "asset": 2, "feature": 3, "city": 1,
    }  # fmt: skip
    assert ("feature", "opened", "roads/1") in {(each.what, each.how, each.code) for each in loading.changes}
    assert not any(written().values())
    packs.load(folder, now=SUNDAY)
    before = written()
    write(folder, with_shape("buildings.geojson", {**files_feature(), "properties": {"code": "B9", "kind": "shop"}}))
    again = packs.load(folder, now=SUNDAY, dry_run=True)
    assert [(each.what, each.how, each.code) for each in again.changes] == [
        ("building", "opened", "B9"),
        ("city", "changed", again.changes[-1].code),
    ]
    assert written() == before
    with db.system():
        assert len(catalog.matters(TODAY)) == 2


def files_feature() -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [124.005, 29.003]}}


def test_a_loading_tells_how_far_it_is(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    packs.load(folder, now=SUNDAY, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(step for step, _, _ in told)) == [READ, COMPARE, SAVE]
    saving = [(done, total) for step, done, total in told if step == SAVE]
    assert saving == sorted(saving)
    assert saving[-1] == (saving[-1][1], saving[-1][1])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_pack_folder"):
        packs.load(tmp_path / "gone", now=SUNDAY)


def test_of_a_file_that_is_too_large_no_more_is_read_than_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LARGEST", 4000)
    monkeypatch.setattr(packs, "LARGEST", 4000)
    (folder / "assets.csv").write_bytes(b"x" * 100_000)
    assert len(packs.read(folder)["assets.csv"]) == 4001
    loading = packs.load(folder, now=SUNDAY)
    assert [(fault.code, fault.file) for fault in loading.faults if fault.stops] == [("file_too_large", "assets.csv")]
