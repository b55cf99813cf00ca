"""Which matter a report is about, how sure, by whom; and the models that were trained."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Trained(models.Model):
    """One model of the city's past. `data` is its file (`rules.model`), null once it is too old to go back to; `facts`
    are its figures. One at most is in use.
    """

    digest = models.TextField()
    data = models.BinaryField(null=True)
    facts = models.JSONField()
    state = models.TextField()
    trained_at = models.DateTimeField()
    by_account = models.BigIntegerField(default=0)

    class Meta:
        db_table = "classify_model"
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="used"), name="classify_model_one_used")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Label(models.Model):
    """One labelling of one report; a person's newest counts, else the newest. `candidates` are [matter id, confidence]
    pairs, best first; `because` the words that speak for the matter.

    `urgency` is the report's own, or 1 where the text has an emergency word; `emergency` says of which kind.
    """

    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey("catalog.Matter", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    confidence = models.FloatField()
    sure = models.BooleanField()
    how = models.TextField()
    candidates = models.JSONField(default=list)
    because = ArrayField(models.TextField(), default=list)
    urgency = models.SmallIntegerField()
    emergency = models.TextField(default="")
    model = models.ForeignKey(Trained, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_account = models.BigIntegerField(default=0)
    by_post = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "classify_label"
        indexes = [
            models.Index(fields=["report", "-id"], name="classify_label_newest"),
            # what a model learns from: a small part of all labels where most reports come without a matter
            models.Index(fields=["id"], name="classify_label_taught", condition=Q(by_account__gt=0) | Q(how="given")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.how}"
