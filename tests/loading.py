"""Loading packs in tests, and seeing what that wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from civigrid.base import db
from civigrid.catalog.rules.pack import Pack, check
from civigrid.flow import packs
from tests.packfiles import files

SUNDAY = datetime(2026, 11, 22, 4, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
VERSIONED = {
    "directory": ["unit"],
    "places": ["region", "grid", "building", "address", "asset", "feature"],
    "catalog": ["calendar", "matter", "standard", "duty_row"],
}
VERSIONS = [f"{area}_{thing}_version" for area, things in VERSIONED.items() for thing in things]
TABLES_OF_A_PACK = [
    *VERSIONS,
    *(f"{area}_{thing}" for area, things in VERSIONED.items() for thing in things),
    *("directory_account", "directory_post", "catalog_pack", "ledger_line", "ledger_head", "base_stamp"),
]


def pack(content: Mapping[str, bytes] | None = None) -> Pack:
    found, faults = check(content or files())
    assert found is not None, [fault for fault in faults if fault.stops]
    return found


def load(content: Mapping[str, bytes] | None = None, now: datetime = SUNDAY) -> packs.Loading:
    with db.system():
        return packs.load_pack(pack(content), now=now)


def written() -> dict[str, list[tuple[object, ...]]]:
    """Every row a pack can write, with the place it is stored at: the same answer means that no row was touched."""
    with db.system(), connection.cursor() as cursor:
        found = {}
        for table in TABLES_OF_A_PACK:
            cursor.execute(f"SELECT ctid, xmin::text, t::text FROM {table} t ORDER BY ctid")
            found[table] = cursor.fetchall()
    return found


def changes(loading: packs.Loading) -> set[tuple[str, str, str]]:
    return {(change.what, change.how, change.code) for change in loading.changes if change.what != "city"}
