"""regions.csv, addresses.csv and assets.csv into rows."""

from __future__ import annotations

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.read.common import rows_of
from civigrid.catalog.rules.pack.tables import Row
from civigrid.places.rules import (
    ASSET_DIGITS,
    KINDS_OF,
    AddressKind,
    NewAddress,
    NewAsset,
    NewRegion,
    RegionKind,
    level_of,
)

LONGEST_NAME = 200  # characters: names that are found by an index


def regions(data: bytes, faults: Faults) -> list[At[NewRegion]]:
    rows = rows_of(content.REGIONS, data, "code* name* name_en kind aliases predecessors", faults)
    return [At(row.file, row.row, _region(row)) for row in rows]


def _region(row: Row) -> NewRegion:
    return NewRegion(
        code=row.text("code", required=True),
        name=row.text("name", required=True),
        kind=_kind(row),
        name_en=row.text("name_en"),
        aliases=row.words("aliases"),
        predecessors=row.words("predecessors"),
    )


def _kind(row: Row) -> RegionKind:
    code, kind = row.text("code"), row.choice("kind", RegionKind, RegionKind.NONE)
    level = level_of(code)
    if code and (level is None or not is_digits(code)):
        row.fault("code", "bad_region_code", value=code)
    elif level and kind not in KINDS_OF.get(level, {RegionKind.NONE}):
        allowed = ", ".join(sorted(KINDS_OF.get(level, ())))
        fault = "required" if not kind else "unknown_value" if allowed else "no_kind_here"
        row.fault("kind", fault, value=kind.value, allowed=allowed)
    for former in row.words("predecessors"):
        if level_of(former) is None or not is_digits(former):
            row.fault("predecessors", "bad_region_code", value=former)
    return kind


def is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def addresses(data: bytes, faults: Faults) -> list[At[NewAddress]]:
    rows = rows_of(content.ADDRESSES, data, "code* name* name_en kind* lon* lat* building aliases", faults)
    return [At(row.file, row.row, _address(row)) for row in rows]


def _address(row: Row) -> NewAddress:
    return NewAddress(
        code=row.code(),
        name=row.text("name", required=True, most=LONGEST_NAME),
        kind=row.choice("kind", AddressKind),
        lon=row.degrees("lon", most=180),
        lat=row.degrees("lat", most=90),
        name_en=row.text("name_en"),
        building_code=row.text("building"),
        aliases=row.words("aliases", most=LONGEST_NAME),
    )


def assets(data: bytes, faults: Faults) -> list[At[NewAsset]]:
    rows = rows_of(content.ASSETS, data, "code* matter* name owner keeper lon* lat*", faults)
    return [At(row.file, row.row, _asset(row)) for row in rows]


def _asset(row: Row) -> NewAsset:
    code = row.text("code", required=True)
    if code and not (is_digits(code) and len(code) == ASSET_DIGITS):
        row.fault("code", "bad_asset_code", value=code)
    return NewAsset(
        code=code,
        matter_code=row.text("matter", required=True),
        lon=row.degrees("lon", most=180),
        lat=row.degrees("lat", most=90),
        name=row.text("name", most=LONGEST_NAME),
        owner_code=row.text("owner"),
        keeper_code=row.text("keeper"),
    )
