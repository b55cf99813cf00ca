"""Regions and grids. The identity is the national code; name, shape and kind stand in versions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
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
