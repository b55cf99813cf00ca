"""`civigrid pack generate` as an office meets it: whole packs, the same every time, or one clear message."""

from __future__ import annotations

import csv
import errno
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
import yaml
from click.testing import Result
from typer.testing import CliRunner

from civigrid.catalog.rules.pack import check
from civigrid.cli.generate import ground, make
from civigrid.cli.main import app
from civigrid.cli.shipped import demo_pack
from civigrid.flow.packs import read


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(tmp_path_factory.mktemp("small") / "city", 28)


def generated(folder: Path, grids: int, seed: int = 1) -> Path:
    make.make(folder, grids=grids, seed=seed, like=demo_pack())
    return folder


def generate(*words: object) -> Result:
    return CliRunner().invoke(app, ["pack", "generate", *map(str, words)], env={"COLUMNS": "200"})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))


@pytest.mark.parametrize("grids", [7, 28])
def test_a_generated_pack_has_no_fault(tmp_path: Path, grids: int) -> None:
    pack, faults = check(read(generated(tmp_path / "city", grids)))
    assert [(fault.file, fault.row, fault.column, fault.code) for fault in faults if fault.stops] == []
    assert pack is not None
    assert len(pack.grids) == grids
    assert sum(building.residents for building in pack.buildings) == sum(grid.residents for grid in pack.grids)
    assert {unit.code for unit in pack.units} >= {"1008", "2020", "4001", "99018100103", "990181001001"}
    assert all(unit.calendar_code for unit in pack.units)


def test_the_same_arguments_write_the_same_bytes_and_another_seed_another_city(small: Path, tmp_path: Path) -> None:
    again = generated(tmp_path / "again", 28)
    other = generated(tmp_path / "other", 28, seed=2)
    assert contents(again) == contents(small)
    assert contents(other)["grids.geojson"] != contents(small)["grids.geojson"]
    assert contents(other)["duty.csv"] == contents(small)["duty.csv"]


def test_the_committed_demo_is_what_the_generator_gives(small: Path) -> None:
    """Texts equal; shapes within 1e-6 degrees, about a decimetre: libraries of geometry differ in the last digit."""
    ours, theirs = contents(demo_pack()), contents(small)
    assert set(ours) == set(theirs)
    for name in sorted(ours):
        if name.endswith(".geojson"):
            same_features(json.loads(ours[name]), json.loads(theirs[name]), name)
        elif name in ("addresses.csv", "assets.csv"):
            same_points(rows(demo_pack(), name), rows(small, name), name)
        else:
            assert ours[name] == theirs[name], name


def same_features(
    ours: dict[str, list[dict[str, object]]], theirs: dict[str, list[dict[str, object]]], name: str
) -> None:
    for one, other in zip(ours["features"], theirs["features"], strict=True):
        assert one["properties"] == other["properties"], name
        shapes = [shapely.geometry.shape(each["geometry"]) for each in (one, other)]
        first, second = (shapely.get_coordinates(each) for each in shapes)
        assert first.shape == second.shape, name
        np.testing.assert_allclose(first, second, rtol=0, atol=1.1e-6, err_msg=name)


def same_points(ours: list[dict[str, str]], theirs: list[dict[str, str]], name: str) -> None:
    for one, other in zip(ours, theirs, strict=True):
        for column in one:
            if column in ("lon", "lat"):
                assert abs(float(one[column]) - float(other[column])) <= 1.1e-6, name
            else:
                assert one[column] == other[column], name


def test_the_demo_is_small_enough_to_be_committed() -> None:
    sizes = {
        path: path.stat().st_size for path in demo_pack().rglob("*") if path.suffix == ".geojson" or "ss" in path.name
    }
    assert sum(sizes.values()) < 2_000_000


def test_reports_come_from_addresses_that_are_there_once(small: Path) -> None:
    names = [row["name"] for row in rows(small, "addresses.csv")]
    reports = yaml.safe_load((small / "reports.yaml").read_text("utf-8"))
    assert len(reports) >= 100
    assert all(names.count(report["at"]) == 1 for report in reports if "at" in report)


def test_communities_are_known_by_the_places_in_them(small: Path) -> None:
    aliases = {row["name"]: row["aliases"].split("|") for row in rows(small, "regions.csv")}
    assert "文昌中学" in aliases["学府社区"]
    assert "湖景花园" in aliases["湖景社区"]
    assert "文昌街办" in aliases["文昌街道"]


def test_a_generated_pack_is_a_pattern_itself(small: Path, tmp_path: Path) -> None:
    make.make(tmp_path / "city", grids=28, seed=1, like=small)
    assert contents(tmp_path / "city") == contents(small)


def test_a_prefecture_has_districts_and_is_called_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "write", lambda *_: ground.Written({"buildings": 0}))
    made = make.make(tmp_path / "city", grids=1500, seed=1, like=demo_pack())
    city = yaml.safe_load((tmp_path / "city" / "city.yaml").read_text("utf-8"))
    assert (city["root"], city["name"]) == ("9901", "澜川市")
    codes = [row["code"] for row in rows(tmp_path / "city", "regions.csv")]
    assert codes[:4] == ["99", "9901", "990181", "990102"]
    assert (made.towns, made.grids) == (20, 1500)


def test_a_street_has_an_office_and_a_town_a_government(small: Path) -> None:
    aliases = {row["code"]: row["aliases"].split("|") for row in rows(small, "units.csv")}
    assert "文昌街道办事处" in aliases["99018100100"]
    assert not any("政府" in alias for alias in aliases["99018100100"])
    assert "双桥镇人民政府" in aliases["99018110100"]
    assert not any("办事处" in alias for alias in aliases["99018110100"])


def test_what_is_above_party_and_court_is_not_called_the_government(small: Path) -> None:
    units = {row["code"]: row for row in rows(small, "units.csv")}
    above = {units[units[code]["parent"]]["aliases"] for code in ("1001", "2023", "2024")}
    assert not any("政府" in alias for alias in above)
    assert "市政府" in units["2001"]["aliases"].split("|")


# the command


def test_the_command_says_what_the_city_holds(tmp_path: Path) -> None:
    done = generate("--out", tmp_path / "city", "--grids", 7)
    assert done.exit_code == 0, done.output
    for words in ("Towns", "Communities", "Grids", "Buildings", "Residents", "Units", "People", "Seconds"):
        assert words in done.output
    assert "civigrid pack load" in done.output


@pytest.mark.parametrize("grids", [0, 6, 20_001, -1])
def test_a_number_of_grids_out_of_bounds_is_refused(tmp_path: Path, grids: int) -> None:
    done = generate("--out", tmp_path / "city", "--grids", grids)
    assert done.exit_code == 1
    assert f"A city of {grids} grids cannot be made." in done.output
    assert "7 to 20000" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_kept_unless_forced(tmp_path: Path, small: Path) -> None:
    folder = tmp_path / "city"
    for name, data in contents(small).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    done = generate("--out", folder, "--grids", 7)
    assert (done.exit_code, "is not empty" in done.output) == (1, True)
    assert contents(folder) == contents(small)
    assert generate("--out", folder, "--grids", 7, "--force").exit_code == 0
    assert len(json.loads((folder / "grids.geojson").read_text("utf-8"))["features"]) == 7
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_a_folder_that_is_no_pack_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear", "utf-8")
    done = generate("--out", tmp_path / "home", "--grids", 7, "--force")
    assert done.exit_code == 1
    assert "letter.txt" in done.output
    assert (tmp_path / "home" / "letter.txt").read_text("utf-8") == "dear"


@pytest.mark.parametrize(
    ("out", "said"),
    [("file", "is a file, not a folder"), ("gone/city", "There is no folder")],
)
def test_a_place_that_cannot_be_is_said(tmp_path: Path, out: str, said: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = generate("--out", tmp_path / out, "--grids", 7)
    assert (done.exit_code, said in done.output) == (1, True)


def test_the_root_of_a_disk_is_not_replaced() -> None:
    done = generate("--out", "/", "--grids", 7, "--force")
    assert (done.exit_code, "Name a folder in it." in done.output) == (1, True)


def test_a_link_leads_to_the_folder_that_is_filled(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert generate("--out", tmp_path / "link", "--grids", 7).exit_code == 0
    assert (tmp_path / "real" / "city.yaml").exists()
    assert (tmp_path / "link").is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"link", "real"}


def test_a_pattern_without_a_recipe_is_said(tmp_path: Path) -> None:
    done = generate("--out", tmp_path / "city", "--grids", 7, "--like", tmp_path)
    assert (done.exit_code, "recipe.yaml" in done.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()]
)
def test_nothing_half_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Path, error: BaseException
) -> None:
    """The disk is full, or somebody presses Ctrl+C: what was there before is as it was."""

    def broken(_drawn: object, folder: Path) -> None:
        (folder / "grids.geojson").write_text("{", "utf-8")
        raise error

    make.make(tmp_path / "city", grids=7, seed=1, like=small)
    before = contents(tmp_path / "city")
    monkeypatch.setattr(ground, "write", broken)
    for folder, forced in ((tmp_path / "city", True), (tmp_path / "new", False)):
        with pytest.raises(type(error)):
            make.make(folder, grids=7, seed=1, like=small, force=forced)
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    assert contents(tmp_path / "city") == before


def test_a_full_disk_is_one_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ground, "write", full)
    done = generate("--out", tmp_path / "city", "--grids", 7)
    assert done.exit_code == 1
    assert str(tmp_path) in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("out", ["/proc/city", "/sys/city"])
def test_a_folder_that_cannot_be_written_is_named_and_no_other(out: str) -> None:
    done = generate("--out", out, "--grids", 7)
    assert done.exit_code == 1
    assert f"{out} cannot be written." in done.output
    assert "another folder" in done.output
    assert "CIVIGRID_HOME" not in done.output


def test_a_seed_below_nothing_is_refused(tmp_path: Path) -> None:
    done = generate("--out", tmp_path / "city", "--grids", 7, "--seed", -3)
    assert done.exit_code == 2
    assert "--seed" in done.output


def left(folder: Path, name: str) -> Path:
    """What a run leaves that was killed while it wrote."""
    (folder / name / "new").mkdir(parents=True)
    (folder / name / "new" / "grids.geojson").write_text("{", "utf-8")
    return folder / name


def test_what_killed_runs_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    left(tmp_path, ".city-abcd1234")
    others = [left(tmp_path, ".town-abcd1234"), left(tmp_path, ".city-mine"), left(tmp_path, ".city-00000000")]
    (others[2] / "letter.txt").write_text("dear", "utf-8")
    held = left(tmp_path, ".city-efgh5678")
    handle = os.open(held, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # of a run that is still writing
    try:
        generated(tmp_path / "city", 7)
    finally:
        os.close(handle)
    assert {path.name for path in tmp_path.iterdir()} == {"city", held.name, *(other.name for other in others)}


def test_a_pack_that_a_killed_run_had_put_aside_comes_back(tmp_path: Path) -> None:
    old = left(tmp_path, ".city-abcd1234") / "old"
    old.mkdir()
    (old / "city.yaml").write_text("name: 老城", "utf-8")
    done = generate("--out", tmp_path / "city", "--grids", 7)
    assert "is not empty" in done.output
    assert (tmp_path / "city" / "city.yaml").read_text("utf-8") == "name: 老城"


def test_a_run_that_is_asked_to_end_takes_its_folder_away(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from civigrid.cli import app; app()", "pack", "generate"]
    run = subprocess.Popen([*command, "--out", str(tmp_path / "city"), "--grids", "2000"])
    try:
        wait_for(lambda: any(tmp_path.glob(".city-*/new")))
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=30) == 128 + signal.SIGTERM
    finally:
        run.kill()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_program_is_read_is_no_traceback() -> None:
    said = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'civigrid.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "import civigrid.cli\n"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def wait_for(so: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)
