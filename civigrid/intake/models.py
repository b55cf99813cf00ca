"""What was said, once. Rows are immutable but for what erasure blanks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Report(models.Model):
    """One sender, one saying. `key` is the sender's own id of it in its channel: a second one is the same report.

    `lon_given`, `lat_given`: the numbers as they came, in `position_crs`, where `lon` and `lat` were computed from them.
    """

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
    lon_given = models.FloatField(null=True)
    lat_given = models.FloatField(null=True)
    position_accuracy_m = models.FloatField(null=True)
    position_crs = models.TextField(default="")
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


class Attachment(models.Model):
    """A file that came with a report, the `seq`-th, added by `by_account` (0: the sender himself, or a machine).

    Where and when it was captured is what the device said beside it, never read from the file: of the place only what
    the sender wished to share.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.SmallIntegerField()
    file = models.ForeignKey("base.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField(default="")
    captured_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    crs = models.TextField(default="")
    place_shared = models.BooleanField(default=False)
    by_account = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_attachment"
        constraints = [
            models.UniqueConstraint(fields=["report", "seq"], name="intake_attachment_seq"),
            models.CheckConstraint(
                name="intake_attachment_place",
                condition=Q(place_shared=True) | Q(lon__isnull=True, lat__isnull=True, accuracy_m__isnull=True, crs=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.seq}"


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


class Slip(models.Model):
    """回执: by `code`, kept as a keyed hash, the sender of `first` sees what became of it. What he says later with the
    same slip has none of its own.
    """

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    code = models.BinaryField(null=True)

    class Meta:
        db_table = "intake_slip"

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
        indexes = [
            models.Index(fields=["kind", "at"], name="intake_disposition_kind"),
            models.Index(fields=["report"], name="intake_disposition_waiting", condition=Q(kind="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"


class Transfer(models.Model):
    """转出: a report that went to another unit, or for which somebody is called beside its case; what came back.

    `number` is the case's, "" where the report opened none. `service` says who is called ("119", "gas_supply"), and is
    "" where the whole thing went to `unit`; a city need not have a unit for a service. Words stand in the record.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.TextField(default="", db_collation="C")
    service = models.TextField(default="")
    state = models.TextField()
    at = models.DateTimeField()
    by_account = models.BigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_transfer"
        constraints = [
            # a service is called once for a case, however many report it
            models.UniqueConstraint(
                fields=["number", "service"], name="intake_transfer_call", condition=~Q(service="")
            ),
            models.CheckConstraint(name="intake_transfer_target", condition=Q(unit__isnull=False) | ~Q(service="")),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="intake_transfer_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["number"], name="intake_transfer_number", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.state}"
