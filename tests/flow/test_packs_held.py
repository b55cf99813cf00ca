"""A pack held against what is loaded and at work: codes that are taken, units with open tasks, an earlier day."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.cases import actions as cases
from civigrid.cases.models import Case, Task
from civigrid.cases.rules import NewCase
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules.pack import Fault
from civigrid.catalog.words import LOADING_FAULTS, reason, remedy
from civigrid.directory import queries as directory
from civigrid.directory.rules import MACHINE
from civigrid.flow import packs
from civigrid.places import queries as places
from tests.cases.town import reports
from tests.loading import MONDAY, SUNDAY, TODAY, load, written
from tests.packfiles import CITY, TABLES, files, with_text, write

pytestmark = pytest.mark.django_db

XUEFU, GRID = "990181001001", "990181001001002"
SENT = CITY.replace("carry: accept", "carry: dispatch").encode()


def at_work() -> None:
    """Two lamps, one grid: the unit 4001 has both tasks."""
    load(files({"city.yaml": SENT}))
    with db.system():
        units = {unit.code: unit.id for unit in directory.units(TODAY).values()}
        (standard, *_) = catalog.standards(TODAY)
        grids = {grid.code: grid.id for grid in places.grids(TODAY).values()}
        where = {"region_code": XUEFU, "grid_id": grids[GRID]}
        new = [
            NewCase(
                report, "01", 3, SUNDAY, matter_id=standard.matter_id, unit_id=units["4001"],
                standard_version_id=standard.version_id, **where,
            )
            for report in reports(2)
        ]  # fmt: skip
        cases.open_cases(new, now=SUNDAY, actor=MACHINE, city=catalog.city())


def without_4001() -> dict[str, bytes]:
    """The unit, its post, and its name in the lists taken out; the office above has its work."""
    units = "".join(line for line in TABLES["units.csv"].splitlines(True) if not line.startswith("4001,"))
    posts = "".join(line for line in TABLES["posts.csv"].splitlines(True) if ",4001," not in line)
    return files(
        {
            "city.yaml": SENT,
            "units.csv": units.encode(),
            "posts.csv": posts.encode(),
            "duty.csv": TABLES["duty.csv"].replace(",4001,", ",2020,").encode(),
            "assets.csv": TABLES["assets.csv"].replace("4001", "2020").encode(),
        }
    )


def told(faults: list[Fault]) -> list[tuple[str, int, str, str]]:
    return [(fault.file, fault.row, fault.code, str(fault.facts["value"])) for fault in faults]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_unit_with_open_tasks_is_not_closed(dry_run: bool, tmp_path: Path) -> None:
    at_work()
    before = written()
    loading = packs.load(write(tmp_path, without_4001()), now=MONDAY, dry_run=dry_run)
    assert not loading.loaded
    (fault,) = [fault for fault in loading.faults if fault.stops]
    assert (fault.file, fault.code, fault.facts) == ("units.csv", "unit_has_tasks", {"value": "4001", "tasks": 2})
    assert written() == before


def test_it_is_closed_once_its_work_is_done() -> None:
    at_work()
    with db.system():
        Task.objects.update(finished_at=MONDAY)
    loading = load(without_4001(), MONDAY)
    assert loading.counts["unit"]["closed"] == 1
    assert loading.loaded


def test_a_section_that_has_a_task_is_not_closed_either() -> None:
    at_work()
    with db.system():
        above = directory.unit_by_code("2020", TODAY)
        section = directory.unit_by_code("4001", TODAY)
        assert above
        assert section
        Task.objects.update(unit=above.id, section=section.id)
    with pytest.raises(packs.NotLoaded, match="unit_has_tasks") as no:
        load(without_4001(), MONDAY)
    assert [fault.facts["tasks"] for fault in no.value.faults] == [2]


def moved_region(predecessors: str) -> dict[str, bytes]:
    """The community has a new code; its two grids go, and nothing names them."""
    regions = TABLES["regions.csv"].replace(
        f"{XUEFU},学府社区,Xuefu,residents,文昌小学|学府花园,", f"990181001002,学府社区,Xuefu,residents,,{predecessors}"
    )
    content = files({"city.yaml": SENT, "regions.csv": regions.encode()})
    content["grids.geojson"] = content["grids.geojson"].replace(b'"990181001001', b'"990181001002')
    return content


def test_open_cases_in_what_is_closed_are_a_remark() -> None:
    at_work()
    loading = load(moved_region(""), MONDAY)
    assert loading.loaded
    assert told(loading.faults) == [
        ("regions.csv", 0, "region_has_cases", XUEFU),
        ("grids.geojson", 0, "grid_has_cases", GRID),
    ]
    assert [fault.facts["cases"] for fault in loading.faults] == [2, 2]


def test_a_region_that_has_a_successor_and_cases_that_are_over_are_nobodys_news() -> None:
    at_work()
    assert [fault.code for fault in load(moved_region(XUEFU), MONDAY).faults] == ["grid_has_cases"]
    with db.system():
        Case.objects.update(stage="evaluate")
    load(files({"city.yaml": SENT}), MONDAY)
    assert load(moved_region(""), MONDAY).faults == []


def test_every_code_that_belongs_to_another_matter_is_told_with_its_row(tmp_path: Path) -> None:
    load()
    content = with_text("standards.csv", "C0118-2,C0118", "C0118-2,E0501")
    content["duty.csv"] = content["duty.csv"].replace(b"D2,E0501", b"D2,C0118").replace(b"D3,C0118", b"D3,E0501")
    before = written()
    for dry_run in (True, False):
        loading = packs.load(write(tmp_path, content), now=MONDAY, dry_run=dry_run)
        assert told([fault for fault in loading.faults if fault.stops]) == [
            ("standards.csv", 3, "identity_changed", "C0118-2"),
            ("duty.csv", 3, "identity_changed", "D2"),  # one row, though each town has its own
            ("duty.csv", 4, "identity_changed", "D3"),
        ]
    assert written() == before


def test_their_words_are_whole_in_both_languages() -> None:
    facts = {"value": "4001", "tasks": 2, "cases": 3}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = [
                (reason(fault), remedy(fault)) for fault in (Fault("", 0, "", code, facts) for code in LOADING_FAULTS)
            ]
        assert all("4001" in why and "%" not in why + how for why, how in said)


def test_no_list_is_loaded_for_an_earlier_day() -> None:
    """Posts and things that were only closed open no later version: the day of the loading itself is looked at."""
    load()
    posts = with_text("posts.csv", "chen,4001,handler,\n", "chen,4001,handler,\nchen,2020,handler,\n")
    load(posts, MONDAY)
    with pytest.raises(Refused, match="older_than_loaded"):
        load(files(), SUNDAY)
    closed = files()
    closed["addresses.csv"] = closed["addresses.csv"].replace(
        "A3,学府路与文昌街路口,,crossing,124.0100,29.0050,,\n".encode(), b""
    )
    load(closed, MONDAY)
    with pytest.raises(Refused, match="older_than_loaded"):
        load(files(), SUNDAY)
    assert load(files(), MONDAY).loaded
