"""Saving buildings, addresses, assets and the features of map layers. Batches, set-based, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from civigrid.base import db, versions
from civigrid.base.errors import Outcome
from civigrid.base.pinyin import pinyin_key
from civigrid.places.actions.saved import saved
from civigrid.places.models import (
    Address,
    AddressVersion,
    Asset,
    AssetVersion,
    Building,
    BuildingVersion,
    Feature,
    FeatureVersion,
)
from civigrid.places.rules import NewAddress, NewAsset, NewBuilding, NewFeature, cells_of, parted, search_keys

_BUILDINGS = versions.Tables(Building, BuildingVersion, "building")
_ADDRESSES = versions.Tables(Address, AddressVersion, "address")
_ASSETS = versions.Tables(Asset, AssetVersion, "asset")
_FEATURES = versions.Tables(Feature, FeatureVersion, "feature")


def save_buildings(rows: Sequence[NewBuilding], *, on: date) -> list[Outcome]:
    """Makes these the city's buildings from day `on`; see `base.versions.save` for the Outcomes of all four."""
    db.require_transaction()
    return saved(versions.save(_BUILDINGS, map(_building, rows, _cells(rows)), on=on))


def save_addresses(rows: Sequence[NewAddress], *, on: date) -> list[Outcome]:
    """The city's addresses."""
    db.require_transaction()
    return saved(versions.save(_ADDRESSES, map(_address, rows), on=on, derived=_typed))


def save_assets(rows: Sequence[NewAsset], *, on: date) -> list[Outcome]:
    """The city's assets."""
    db.require_transaction()
    return saved(versions.save(_ASSETS, map(_asset, rows, _cells(rows)), on=on, derived=_numbered))


def save_features(rows: Sequence[NewFeature], *, on: date) -> list[Outcome]:
    """The features of all layers of the city's map."""
    db.require_transaction()
    return saved(versions.save(_FEATURES, map(_feature, rows), on=on))


def _cells(rows: Sequence[NewBuilding] | Sequence[NewAsset]) -> list[int]:
    cells: list[int] = cells_of([row.lon for row in rows], [row.lat for row in rows]).tolist()
    return cells


def _building(row: NewBuilding, cell: int) -> versions.Row:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "address": row.address,
        "kind": row.kind.value,
        "floors": row.floors,
        "residents": row.residents,
        "estate": row.estate,
        "lon": row.lon,
        "lat": row.lat,
        "cell": cell,
        "grid_code": row.grid_code,
        "shape": row.shape,
    }


def _address(row: NewAddress) -> versions.Row:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind.value,
        "lon": row.lon,
        "lat": row.lat,
        "grid_code": row.grid_code,
        "building_code": row.building_code,
        "aliases": list(row.aliases),
    }


def _typed(address: versions.Row) -> versions.Row:
    """How its name is typed."""
    spelled, _, initials = pinyin_key(address["name"]).partition(" ")
    others = (address["name_en"], *address["aliases"])
    return {"pinyin": spelled, "initials": initials, "keys": search_keys(address["name"], others)}


def _asset(row: NewAsset, cell: int) -> versions.Row:
    return {
        "code": row.code,
        "matter_code": row.matter_code,
        "name": row.name,
        "owner_code": row.owner_code,
        "keeper_code": row.keeper_code,
        "lon": row.lon,
        "lat": row.lat,
        "cell": cell,
        "grid_code": row.grid_code,
    }


def _numbered(asset: versions.Row) -> versions.Row:
    """The number on it."""
    return {"plate": parted(asset["name"])[1]}


def _feature(row: NewFeature) -> versions.Row:
    return {
        "code": row.code,
        "layer": row.layer,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind.value,
        "place_kind": row.place_kind,
        "width": row.width,
        "shape": row.shape,
    }
