"""Regions, grids and what stands in them. The identity is a code for ever; name, shape and kind stand in versions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Region(models.Model):
    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_region"

    def __str__(self) -> str:
        return self.code


class RegionVersion(models.Model):
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField()
    name_en = models.TextField(default="")
    pinyin = models.TextField(default="")
    level = models.TextField()
    kind = models.TextField(default="")
    aliases = ArrayField(models.TextField(), default=list)
    predecessors = ArrayField(models.TextField(db_collation="C"), default=list)

    class Meta:
        db_table = "places_region_version"

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_grid"

    def __str__(self) -> str:
        return self.code


class GridVersion(models.Model):
    """`shape` is the polygon as WKB in EPSG:4326; `region_code` the community it lies in."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField()
    name_en = models.TextField(default="")
    kind = models.TextField()
    region_code = models.TextField(db_collation="C")
    residents = models.IntegerField(default=0)
    shape = models.BinaryField()

    class Meta:
        db_table = "places_grid_version"

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_building"

    def __str__(self) -> str:
        return self.code


class BuildingVersion(models.Model):
    """`shape` as of grids, or a point; `lon`, `lat` lie inside it, in `cell` (`rules.cells_of`) and in grid
    `grid_code` ("" where none holds them). `residents` is a count, never persons."""

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField(default="")
    name_en = models.TextField(default="")
    address = models.TextField(default="")
    kind = models.TextField()
    floors = models.IntegerField(default=0)
    residents = models.IntegerField(default=0)
    estate = models.TextField(default="")
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.BigIntegerField()
    grid_code = models.TextField(db_collation="C", default="")
    shape = models.BinaryField()

    class Meta:
        db_table = "places_building_version"
        indexes = [
            models.Index(fields=["cell"], name="places_building_cell"),
            models.Index(fields=["grid_code"], name="places_building_grid"),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_address"

    def __str__(self) -> str:
        return self.code


class AddressVersion(models.Model):
    """A name of a point, and how it is typed: its whole spelling, the first letters of it, and the `keys` of its other
    names and its number (`rules.search_keys`)."""

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField(db_collation="C")
    name_en = models.TextField(default="")
    pinyin = models.TextField(db_collation="C")
    initials = models.TextField(db_collation="C")
    kind = models.TextField()
    lon = models.FloatField()
    lat = models.FloatField()
    grid_code = models.TextField(db_collation="C", default="")
    building_code = models.TextField(default="")
    aliases = ArrayField(models.TextField(), default=list)
    keys = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "places_address_version"
        indexes = [  # in the bytes' order, so that a beginning is a range of the index
            models.Index(fields=["name"], name="places_address_name"),
            models.Index(fields=["pinyin"], name="places_address_pinyin"),
            models.Index(fields=["initials"], name="places_address_initials"),
            models.Index(fields=["grid_code"], name="places_address_grid"),
            models.Index(fields=["kind", "pinyin"], name="places_address_kind"),
            # words of a search index, because those can be asked for by how they begin
            GinIndex(models.Func("keys", function="array_to_tsvector"), name="places_address_keys"),
        ]

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_asset"

    def __str__(self) -> str:
        return self.code


class AssetVersion(models.Model):
    """部件. The matter that is about it, its owner 权属 ("" is unknown) and its keeper 养护 by their codes. `plate` is the
    number its name ends in, as it is typed (`rules.parted`)."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    matter_code = models.TextField()
    name = models.TextField(db_collation="C", default="")
    plate = models.TextField(db_collation="C", default="")
    owner_code = models.TextField(default="")
    keeper_code = models.TextField(default="")
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.BigIntegerField()
    grid_code = models.TextField(db_collation="C", default="")

    class Meta:
        db_table = "places_asset_version"
        indexes = [
            models.Index(fields=["name"], name="places_asset_name"),
            models.Index(fields=["plate"], name="places_asset_plate", condition=models.Q(plate__gt="")),
            models.Index(fields=["cell"], name="places_asset_cell"),
            models.Index(fields=["grid_code"], name="places_asset_grid"),
            models.Index(fields=["matter_code"], name="places_asset_matter"),
            models.Index(fields=["owner_code"], name="places_asset_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class Feature(models.Model):
    """`code` is its layer's code, a slash, its own."""

    code = models.TextField(unique=True, db_collation="C")

    class Meta:
        db_table = "places_feature"

    def __str__(self) -> str:
        return self.code


class FeatureVersion(models.Model):
    """What a layer of the map draws. `width`: metres of ground a line covers; `shape`: any geometry as WKB."""

    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    layer = models.TextField()
    name = models.TextField(default="")
    name_en = models.TextField(default="")
    kind = models.TextField(default="")
    place_kind = models.TextField(default="")
    width = models.FloatField(default=0)
    shape = models.BinaryField()

    class Meta:
        db_table = "places_feature_version"

    def __str__(self) -> str:
        return self.name
