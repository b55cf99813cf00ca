"""What was said, once. Rows are immutable but for what erasure blanks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Report(models.Model):
    """One sender, one saying. `key` is the sender's own id of it in its channel: a second one is the same report."""

    channel = models.TextField()
    key = models.TextField()
    source = models.TextField()
    kind = models.TextField()
    urgency = models.SmallIntegerField()
    title = models.TextField(default="")
    text = models.TextField(default="")
    place_text = models.TextField(default="")
    target_text = models.TextField(default="")
    matter_code = models.TextField(default="")
    region_code = models.TextField(default="", db_collation="C")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    language = models.TextField(default="zh-hans")
    confidential = models.BooleanField(default=False)
    extra = models.JSONField(default=dict)
    digest = models.BinaryField()
    occurred_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(default=0)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_report"
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="intake_report_key")]
        indexes = [
            models.Index(fields=["received_at"], name="intake_report_received"),
            models.Index(fields=["digest"], name="intake_report_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}:{self.key}"


class Contact(models.Model):
    """A way to answer, kept apart and encrypted; only the system role may read the table."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    phone_index = models.BinaryField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "intake_contact"
        indexes = [
            models.Index(fields=["phone_index"], name="intake_contact_phone", condition=Q(phone_index__isnull=False)),
            models.Index(fields=["expires_at"], name="intake_contact_expires"),
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class Pending(models.Model):
    """A report that has not been processed: written with it, deleted when processed; a poisoned one is parked."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="+")
    state = models.TextField()
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(default="")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_pending"
        indexes = [models.Index(fields=["report"], name="intake_pending_ready", condition=Q(state="ready"))]

    def __str__(self) -> str:
        return f"{self.report_id} {self.state}"


class Disposition(models.Model):
    """去向: what became of a report. Every processed one has exactly one; changes are lines of the report's record."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    reason = models.TextField(default="")
    numbers = ArrayField(models.TextField(), default=list)
    at = models.DateTimeField()
    by_account = models.BigIntegerField(default=0)
    by_post = models.BigIntegerField(default=0)

    class Meta:
        db_table = "intake_disposition"
        indexes = [models.Index(fields=["kind", "at"], name="intake_disposition_kind")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
