"""The thing to be solved, each unit's part of it, its clocks and its evidence."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

CLOSED = "evaluate"  # the stage of a closed case: only the evaluation follows
# a key that nobody looks up by itself, or that another index leads with
UNINDEXED: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False}


class Case(models.Model):
    """`stage` is the step that is waited for; `waits_for` says why a person must look, "" where none must.

    `confidential` where a report of it is: a person has read it before anything was done.
    """

    number = models.TextField(db_collation="C")
    family = models.TextField()
    stage = models.TextField()
    side = models.TextField(default="")
    waits_for = models.TextField(default="")
    source = models.TextField()
    matter = models.ForeignKey("catalog.Matter", null=True, **UNINDEXED)
    standard_version = models.ForeignKey("catalog.StandardVersion", null=True, **UNINDEXED)
    duty_row_version = models.ForeignKey("catalog.DutyRowVersion", null=True, **UNINDEXED)
    first_report = models.ForeignKey("intake.Report", **UNINDEXED)
    region_code = models.TextField(db_collation="C", default="")
    grid = models.ForeignKey("places.Grid", null=True, **UNINDEXED)
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    urgency = models.SmallIntegerField()
    confidential = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    handled_by = ArrayField(models.BigIntegerField(), default=list)
    handled_units = ArrayField(models.BigIntegerField(), default=list)
    checked_by = models.BigIntegerField(null=True)
    checked_unit = models.BigIntegerField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_unit = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="")

    class Meta:
        db_table = "cases_case"
        # not `unique=True`: Django would add a second index for LIKE, which "C" does not need
        constraints = [models.UniqueConstraint(fields=["number"], name="cases_case_number")]
        indexes = [
            # queues in their order; badges and other people's rows are passed over without touching the table
            models.Index(
                fields=["stage", "urgency", "id"],
                include=["waits_for", "region_code", "unit_ids"],
                name="cases_case_stage",
                condition=~Q(stage=CLOSED),
            ),
            models.Index(fields=["region_code", "id"], name="cases_case_region"),
            models.Index(fields=["first_report"], name="cases_case_first_report"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseReport(models.Model):
    """A report that belongs to a case. Splitting sets `left_at`; the row stays."""

    case = models.ForeignKey(Case, **UNINDEXED)
    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_report"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "report"], name="cases_report_once", condition=Q(left_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.report_id}"


class Task(models.Model):
    """处置任务: one unit's part of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    state = models.TextField()
    region_code = models.TextField(db_collation="C", default="")
    account_id = models.BigIntegerField(null=True)
    result = models.TextField(default="")
    dispatched_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_task"
        indexes = [
            models.Index(fields=["unit", "state", "id"], name="cases_task_open", condition=Q(finished_at__isnull=True)),
            # a unit's cases, the newest first: row security lets an equality use an index, an overlap of arrays not
            models.Index(fields=["unit", "case"], name="cases_task_unit", condition=~Q(state="returned")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id} {self.state}"


class Clock(models.Model):
    """时限: of the case (task is null) or of one task. Moments and light are computed by replay of its events."""

    case = models.ForeignKey(Case, **UNINDEXED)
    task = models.ForeignKey(Task, null=True, **UNINDEXED)
    calendar_version = models.ForeignKey("catalog.CalendarVersion", **UNINDEXED)
    limit_value = models.IntegerField()
    limit_unit = models.TextField()
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    light = models.TextField()
    stopped_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_clock"
        constraints = [
            models.UniqueConstraint(fields=["case", "task"], name="cases_clock_once", nulls_distinct=False),
        ]
        indexes = [models.Index(fields=["next_at"], name="cases_clock_next", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_at:%F %R}"


class ClockEvent(models.Model):
    """What befell a clock after its start (rebase, stop): with the start and the limit it is replayed from these."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_clock_event"

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class Evidence(models.Model):
    """A file that shows the state before or after. Erasure takes its name, and the file where the rules say so."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, **UNINDEXED)
    file = models.ForeignKey("base.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    name = models.TextField(default="")
    by_account = models.BigIntegerField()
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_evidence"

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
