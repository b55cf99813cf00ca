"""The same thing already reported? Report to report: `first` is the first report of the case, never a case id."""

from __future__ import annotations

from django.db import models


class Link(models.Model):
    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.TextField()
    score = models.FloatField()
    by_account = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "link_link"
        indexes = [
            models.Index(fields=["report", "-id"], name="link_newest"),
            models.Index(fields=["first"], name="link_first"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} -> {self.first_id}"
