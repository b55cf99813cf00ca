"""The packs made from real data are whole: checked, loaded, and loaded again without a change."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.flow import packs
from civigrid.intake.channels.csvfile import Numbered, read_map, rows
from civigrid.places import queries as places
from civigrid.route import queries as duties
from civigrid.route.rules import Request
from tests.flows.conftest import PACK_LOADED
from tests.realpacks import PACKS, SETS, file_of, map_of, rows_of

pytestmark = [pytest.mark.data, pytest.mark.django_db]
ON = PACK_LOADED.date() + timedelta(days=1)


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_of_real_data_is_whole(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = PACKS[name](tmp_path / name)
    first = packs.load(folder, now=PACK_LOADED)
    assert [fault for fault in first.faults if fault.stops] == []
    assert packs.load(folder, now=PACK_LOADED).changes == []
    with db.system():
        counts = {
            "regions": len(places.regions(ON)), "grids": len(places.grids(ON)), "units": len(directory.units(ON)),
            "matters": len(catalog.matters(ON)), "duty rows": len(catalog.duty_rows(ON)),
        }  # fmt: skip
        assert catalog.city().root_code.startswith("99")
    with capsys.disabled():
        print(f"\n{name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    assert all(count for what, count in counts.items() if what != "grids")
    assert bool(counts["grids"]) == (name in ("boston", "shanghai"))


@pytest.mark.parametrize("name", ["boston", "district", "shanghai"])
def test_every_report_of_the_set_names_a_matter_of_the_pack(name: str, tmp_path: Path) -> None:
    folder = PACKS[name](tmp_path / name)
    assert packs.load(folder, now=PACK_LOADED).loaded
    with db.system():
        codes = {matter.code for matter in catalog.matters(ON).values()}
        regions = {"", *places.regions(ON)}
    read = list(rows(file_of(name, folder), read_map(map_of(name, folder))))
    assert {type(row) for row in read} == {Numbered}
    reports = [row.report for row in read if isinstance(row, Numbered)]
    assert {report.matter_code for report in reports} <= codes
    assert {report.region_code for report in reports} <= regions


def test_the_duty_rows_of_the_district_say_who_handled_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows are the majority of these very orders: what they cannot say is what a list by type and street cannot."""
    folder = PACKS["district"](tmp_path / "district")
    assert packs.load(folder, now=PACK_LOADED).loaded
    read = [
        row.report
        for row in rows(file_of("district", folder), read_map(map_of("district", folder)))
        if isinstance(row, Numbered)
    ]
    handled = [row["DISPOSE_UNIT_NAME"] for row in rows_of(SETS["district"])]
    with db.system():
        units = directory.units(ON)
        matters = {matter.code: matter.id for matter in catalog.matters(ON).values()}
        router = duties.router(ON)
        routed = [
            router.choose(Request(0, matters[report.matter_code], True, False, report.region_code, "", 3), {})
            for report in read
        ]
    reasons = Counter(proposal.reason.value for proposal in routed)
    names = [{units[p.unit_id].name, *units[p.unit_id].aliases} if p.unit_id else set() for p in routed]
    right = sum(name in known for name, known in zip(handled, names, strict=True)) / len(read)
    towns = sum(units[p.unit_id].kind in ("town", "town_office", "community") for p in routed if p.unit_id) / len(read)
    with capsys.disabled():
        print(
            f"\ndistrict: {dict(reasons)}; {right:.0%} to the unit that had it, {towns:.0%} to streets and communities"
        )
    assert reasons["duty_row"] > 0.99 * len(read)
    assert right > 0.5
    assert towns > 0.3
