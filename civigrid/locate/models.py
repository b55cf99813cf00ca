"""Where a report is about, and how that was found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Floor


class Spot(models.Model):
    """One locating of one report; the newest counts. `precision` is point, grid, community, town, city, none or outside.

    `neighbours` are ids of grids, `candidates` codes of addresses, both to be offered; see `rules.SpotRow`.
    """

    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+", db_index=False)
    precision = models.TextField()
    region_code = models.TextField(db_collation="C", default="")
    grid = models.ForeignKey("places.Grid", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place_kind = models.TextField(default="")
    how = models.TextField()
    words = models.TextField(default="")
    border_m = models.FloatField(null=True)
    neighbours = ArrayField(models.BigIntegerField(), default=list)
    candidates = ArrayField(models.TextField(), default=list)
    asset_code = models.TextField(default="")
    by_account = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "locate_spot"
        indexes = [
            models.Index(fields=["report", "-id"], name="locate_spot_newest"),
            # what lies near a point: cells of 0.005 degrees, numbered as in `link.rules.cells`
            models.Index(
                Cast(Floor(F("lat") * 200), models.BigIntegerField()) * 100_000
                + Cast(Floor(F("lon") * 200), models.BigIntegerField()),
                "at",
                name="locate_spot_cell",
                condition=Q(lat__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.precision}"
