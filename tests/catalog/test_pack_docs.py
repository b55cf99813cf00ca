"""docs/city-pack.md says of every file what the check says of it."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

import pytest

from civigrid.catalog.rules import Callback, Carry, CheckBy, Family, FieldKind, LimitUnit, ListKind
from civigrid.catalog.rules.pack import FILES, check
from civigrid.catalog.rules.pack.content import REPORT_KINDS
from civigrid.directory.rules import Role, UnitKind
from civigrid.intake.rules import ReportKind
from civigrid.places.rules import FEATURE_KINDS, AddressKind, BuildingKind, GridKind, LayerStyle, RegionKind
from tests.packfiles import TABLES, files

TEXT = (Path(__file__).parents[2] / "docs" / "city-pack.md").read_text("utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]}


def section(name: str) -> str:
    """The sections whose heading names a file; people.csv and posts.csv share one."""
    return "".join(part for heading, part in SECTIONS.items() if name in heading)


def columns_told(name: str) -> set[str]:
    """Columns as the documentation lists them, with * where they must be there."""
    pattern = rf"^(?:{name.removesuffix('.csv')}: )?(`[a-z_]+`\*?.*?)(?:\.\s|\n\n)"
    (line,) = re.findall(pattern, section(name).split("\n", 1)[1], re.MULTILINE | re.DOTALL)[:1]
    return {column + star for column, star in re.findall(r"`([a-z_]+)`(\*?)", re.sub(r"\([^)]*\)", "", line))}


def columns_taken(name: str) -> set[str]:
    """As the check has them: asked with a table that has none of them."""
    _, faults = check(files({name: b"zzz\n"}))
    mine = [fault for fault in faults if fault.file == name]
    required = {fault.column for fault in mine if fault.code == "column_missing"}
    (allowed,) = (fault.facts["allowed"] for fault in mine if fault.code == "column_unknown")
    return {column + "*" * (column in required) for column in allowed.split(", ")}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_columns_of_a_table_are_those_the_check_takes(name: str) -> None:
    if name in ("people.csv", "posts.csv"):
        told = section(name).split("posts: ")[name == "posts.csv"]
        assert {
            c + s for c, s in re.findall(r"`([a-z_]+)`(\*?)", told) if c + s in columns_taken(name)
        } == columns_taken(name)
    else:
        assert columns_told(name) == columns_taken(name)


def test_the_keys_of_the_city_are_those_the_check_takes() -> None:
    _, faults = check(files({"city.yaml": b"zzz: 1"}))
    (allowed,) = (fault.facts["allowed"] for fault in faults if fault.code == "column_unknown")
    required = {fault.column for fault in faults if fault.code == "required"}
    told = set()
    for keys in re.findall(r"^\| (`[a-z_]+`.*?) \|", section("city.yaml"), re.MULTILINE):
        told |= {key + star for key, star in re.findall(r"`([a-z_]+)`(\*?)", keys)}
    assert told == {key + "*" * (key in required) for key in allowed.split(", ")}


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_a_section(name: str) -> None:
    assert section(name)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("regions.csv", RegionKind), ("grids.geojson", GridKind), ("units.csv", UnitKind), ("posts.csv", Role),
        ("matters.csv", Family), ("matters.csv", CheckBy), ("matters.csv", Callback), ("fields.csv", FieldKind),
        ("standards.csv", LimitUnit), ("duty.csv", ListKind), ("buildings.geojson", BuildingKind),
        ("addresses.csv", AddressKind), ("city.yaml", Carry), ("layers/", LayerStyle), ("reports.yaml", ReportKind),
    ],
)  # fmt: skip
def test_every_word_a_column_may_hold_is_told(name: str, kinds: type[Enum]) -> None:
    assert [kind.value for kind in kinds if kind.value and f"`{kind.value}`" not in section(name)] == []


def test_a_report_of_the_stock_may_be_whatever_the_intake_knows() -> None:
    """The catalog knows nothing of the intake, so the kinds stand in both."""
    assert tuple(kind.value for kind in ReportKind) == REPORT_KINDS


def test_every_style_is_told_with_its_kinds() -> None:
    for style, kinds in FEATURE_KINDS.items():
        (line,) = re.findall(rf"^\| `{style.value}`.*?\| (.*) \|$", section("layers/"), re.MULTILINE)
        assert re.findall(r"`(\w+)`", line) == [kind.value for kind in kinds]
