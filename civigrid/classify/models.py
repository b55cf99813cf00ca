"""Which matter a report is about, how sure, by whom."""

from __future__ import annotations

from django.db import models


class Label(models.Model):
    """One labelling of one report; the newest counts. `candidates` are [matter id, confidence] pairs, best first.

    `urgency` is the report's own, or 1 where the text has an emergency word; `emergency` says of which kind.
    """

    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey("catalog.Matter", null=True, on_delete=models.PROTECT, related_name="+")
    confidence = models.FloatField()
    sure = models.BooleanField()
    how = models.TextField()
    candidates = models.JSONField(default=list)
    urgency = models.SmallIntegerField()
    emergency = models.TextField(default="")
    by_account = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "classify_label"
        indexes = [models.Index(fields=["report", "-id"], name="classify_label_newest")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.how}"
