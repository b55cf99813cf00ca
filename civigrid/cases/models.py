"""The thing to be solved, each unit's part of it, its clocks and its evidence."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

CLOSED = "evaluate"  # the stage of a closed case: only the evaluation follows
# a key that nobody looks up by itself, or that another index leads with
UNINDEXED: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False}


class Case(models.Model):
    """`stage` is the step that is waited for; `waits_for` says why a person must look, "" where none must.

    `verified`: what was found by who looked before it was filed. `level`: whose desk it is at. `reopened`: how often.
    `confidential` where a report of it is: a person has read it before anything was done.
    """

    number = models.TextField(db_collation="C")
    family = models.TextField()
    stage = models.TextField()
    side = models.TextField(default="")
    waits_for = models.TextField(default="")
    verified = models.TextField(default="")
    level = models.TextField(default="city")
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
    reopened = models.SmallIntegerField(default=0)
    supervised = models.SmallIntegerField(default=0)
    answer_awaited = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_case"
        # not `unique=True`: Django would add a second index for LIKE, which "C" does not need
        constraints = [models.UniqueConstraint(fields=["number"], name="cases_case_number")]
        indexes = [
            # queues in their order; badges and other people's rows are passed over without touching the table
            models.Index(
                fields=["stage", "level", "urgency", "id"],
                include=["waits_for", "region_code", "unit_ids"],
                name="cases_case_stage",
                condition=~Q(stage=CLOSED),
            ),
            models.Index(fields=["region_code", "id"], name="cases_case_region"),
            models.Index(fields=["first_report"], name="cases_case_first_report"),
            models.Index(fields=["matter", "id"], name="cases_case_matter"),
            models.Index(fields=["closed_at"], name="cases_case_closed", condition=Q(closed_at__isnull=False)),
            # what was opened in a period, for the heat of the map
            models.Index(fields=["opened_at"], name="cases_case_opened"),
        ]

    def __str__(self) -> str:
        return self.number


class Joining(models.Model):
    """并案: a case that ended in another one, and where it stood; splitting sets `undone_at` and it goes on there."""

    case = models.ForeignKey(Case, **UNINDEXED)
    into = models.ForeignKey(Case, **UNINDEXED)
    stage = models.TextField()
    side = models.TextField()
    waits_for = models.TextField()
    by_account = models.BigIntegerField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_joining"
        constraints = [
            models.UniqueConstraint(fields=["case"], name="cases_joining_once", condition=Q(undone_at__isnull=True))
        ]
        indexes = [models.Index(fields=["into"], name="cases_joining_into")]

    def __str__(self) -> str:
        return f"{self.case_id} -> {self.into_id}"


class CaseReport(models.Model):
    """A report that belongs to a case. Splitting sets `left_at`; the row stays. So do those of a case that was joined:
    its reports are in both, and came to the other one by `joining`. `how`: whether it is of somebody who has the case
    already (`rules.Came`). `withdrawn_at`: since when its sender does not ask for it any more.
    """

    case = models.ForeignKey(Case, **UNINDEXED)
    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    how = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)
    joining = models.ForeignKey(Joining, null=True, **UNINDEXED)

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
    """处置任务: one unit's part of a case. Inside the unit a section has it, or one person; `account_id` acted last."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey("directory.Unit", null=True, **UNINDEXED)
    assignee_id = models.BigIntegerField(null=True)
    kind = models.TextField()
    state = models.TextField()
    region_code = models.TextField(db_collation="C", default="")
    account_id = models.BigIntegerField(null=True)
    result = models.TextField(default="")
    dispatched_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_task"
        indexes = [
            models.Index(fields=["unit", "state", "id"], name="cases_task_open", condition=Q(finished_at__isnull=True)),
            # a unit's cases, the newest first: row security lets an equality use an index, an overlap of arrays not
            models.Index(fields=["unit", "case"], name="cases_task_unit", condition=~Q(state="returned")),
            models.Index(
                fields=["section", "case"],
                name="cases_task_section",
                condition=Q(section__isnull=False) & ~Q(state="returned"),
            ),
            models.Index(
                fields=["section", "state"],
                name="cases_task_open_section",
                condition=Q(section__isnull=False, finished_at__isnull=True),
            ),
            models.Index(fields=["dispatched_at"], name="cases_task_dispatched"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id} {self.state}"


class Clock(models.Model):
    """时限: of the case (task is null) or of one task. Moments and light are computed by replay of its events."""

    case = models.ForeignKey(Case, **UNINDEXED)
    task = models.ForeignKey(Task, null=True, **UNINDEXED)
    kind = models.TextField(default="finish")
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
            models.UniqueConstraint(fields=["case", "task", "kind"], name="cases_clock_once", nulls_distinct=False),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="cases_clock_next", condition=Q(next_at__isnull=False)),
            # the promises that still run: whether a case is late is read from the index alone
            models.Index(
                fields=["case"],
                include=["due_at"],
                name="cases_clock_promise",
                condition=Q(task__isnull=True, kind="finish", stopped_at__isnull=True),
            ),
            # the promises of a day
            models.Index(fields=["due_at"], name="cases_clock_due", condition=Q(task__isnull=True, kind="finish")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_at:%F %R}"


class ClockEvent(models.Model):
    """What befell a clock after its start: with the start and the limit it is replayed from these. `until`: of a pause;
    `amount`: of an extension.
    """

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    amount = models.IntegerField(null=True)

    class Meta:
        db_table = "cases_clock_event"

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class Ask(models.Model):
    """An application: 延期 (`amount` in the unit of the limit) or 挂账 (until `until_at`, or `ended_at` where sooner).

    It is about a task: when that is over, an application nobody has decided is too. Its words are in the record. `run`:
    how often the case had been reopened.
    """

    case = models.ForeignKey(Case, **UNINDEXED)
    task = models.ForeignKey(Task, **UNINDEXED)
    kind = models.TextField()
    state = models.TextField()
    amount = models.IntegerField(null=True)
    until_at = models.DateTimeField(null=True)
    by_account = models.BigIntegerField()
    by_unit = models.BigIntegerField()
    asked_at = models.DateTimeField()
    run = models.SmallIntegerField(default=0)
    endorsed_by = models.BigIntegerField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_ask"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind"], name="cases_ask_one_pending", condition=Q(state__in=["asked", "endorsed"])
            )
        ]
        indexes = [
            models.Index(fields=["case"], name="cases_ask_case"),
            models.Index(fields=["case"], name="cases_ask_pending", condition=Q(state__in=["asked", "endorsed"])),
            models.Index(
                fields=["until_at"],
                name="cases_ask_until",
                condition=Q(kind="suspension", state="granted", ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.state}"


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


class Search(models.Model):
    """What a case is found by: the pairs of signs of its words, pieces of its number, its place, units, matter and state
    (`rules.lexemes`). A worker writes it from what the cases say; it may be made anew at any time.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    words = SearchVectorField()

    class Meta:
        db_table = "cases_search"
        # new rows wait in a list that every search reads through: a short one
        indexes = [GinIndex(fields=["words"], name="cases_search_words", gin_pending_list_limit=512)]

    def __str__(self) -> str:
        return str(self.case_id)
