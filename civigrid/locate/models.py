"""Where a report is about, and how that was found."""

from __future__ import annotations

from django.db import models


class Spot(models.Model):
    """One locating of one report; the newest counts. `precision` is point, grid, community, town, city or none."""

    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+")
    precision = models.TextField()
    region_code = models.TextField(db_collation="C", default="")
    grid = models.ForeignKey("places.Grid", null=True, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place_kind = models.TextField(default="")
    how = models.TextField()
    words = models.TextField(default="")
    by_account = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "locate_spot"
        indexes = [models.Index(fields=["report", "-id"], name="locate_spot_newest")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.precision}"
