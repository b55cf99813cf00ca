"""Saving regions and grids. Batches, set-based, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from civigrid.base import db, versions
from civigrid.base.errors import Outcome
from civigrid.base.pinyin import pinyin_key
from civigrid.places.actions.saved import saved
from civigrid.places.models import Grid, GridVersion, Region, RegionVersion
from civigrid.places.rules import NewGrid, NewRegion, level_of

_REGIONS = versions.Tables(Region, RegionVersion, "region")
_GRIDS = versions.Tables(Grid, GridVersion, "grid")


def save_regions(rows: Sequence[NewRegion], *, on: date) -> list[Outcome]:
    """Makes these the city's regions from day `on`; see `base.versions.save` for the Outcomes."""
    db.require_transaction()
    return saved(versions.save(_REGIONS, [_region(row) for row in rows], on=on))


def save_grids(rows: Sequence[NewGrid], *, on: date) -> list[Outcome]:
    """Makes these the city's grids from day `on`. Every process builds its index anew with its next transaction."""
    db.require_transaction()
    return saved(versions.save(_GRIDS, [_grid(row) for row in rows], on=on))


def _region(row: NewRegion) -> versions.Row:
    level = level_of(row.code)
    assert level is not None, row.code  # the pack's check has seen to it
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "pinyin": pinyin_key(row.name),
        "level": level.value,
        "kind": row.kind.value,
        "aliases": list(row.aliases),
        "predecessors": list(row.predecessors),
    }


def _grid(row: NewGrid) -> versions.Row:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind.value,
        "region_code": row.region_code,
        "residents": row.residents,
        "shape": row.shape,
    }
