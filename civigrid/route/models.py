"""Whose duty a report is, by which row of the duty list, and what else was possible."""

from __future__ import annotations

from django.db import models


class Proposal(models.Model):
    """One routing of one report; the newest counts. `unit` is null where no row, or more than one, fits."""

    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    duty_row_version = models.ForeignKey(
        "catalog.DutyRowVersion", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    standard_version = models.ForeignKey(
        "catalog.StandardVersion", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.TextField()
    facts = models.JSONField(default=dict)
    alternatives = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        db_table = "route_proposal"
        indexes = [models.Index(fields=["report", "-id"], name="route_proposal_newest")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.reason}"
