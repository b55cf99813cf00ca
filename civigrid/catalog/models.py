"""The three lists and the work calendar; and which pack the city was loaded from."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models


class Pack(models.Model):
    """One loading of a city pack. The newest row is the city's name, zone, number pattern and report sources."""

    digest = models.TextField()
    name = models.TextField()
    name_en = models.TextField(default="")
    timezone = models.TextField()
    root_code = models.TextField(db_collation="C")
    number_pattern = models.TextField()
    confidence_bar = models.FloatField()
    calendar_code = models.TextField()
    calendar_of = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    place_kinds = models.JSONField(default=dict)
    layers = models.JSONField(default=dict)
    self_settled_checked = models.FloatField(default=0.1)
    reopen_days = models.IntegerField(default=90)
    tolerance_m = models.FloatField(default=15.0)
    own_case_days = models.IntegerField(default=90)
    services = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()
    valid_from = models.DateField()

    class Meta:
        db_table = "catalog_pack"

    def __str__(self) -> str:
        return self.name


class Matter(models.Model):
    code = models.TextField(unique=True)

    class Meta:
        db_table = "catalog_matter"

    def __str__(self) -> str:
        return self.code


class MatterVersion(models.Model):
    """What a report can be about. `keywords` and `examples` are the catalogue's own words for finding it in a text."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    family = models.TextField()
    major = models.TextField()
    major_en = models.TextField(default="")
    name = models.TextField()
    name_en = models.TextField(default="")
    pinyin = models.TextField(default="")
    keywords = ArrayField(models.TextField(), default=list)
    examples = ArrayField(models.TextField(), default=list)
    verify = models.BooleanField(default=False)
    self_settle = models.BooleanField(default=False)
    check_by = models.TextField()
    callback = models.TextField()
    fields = models.JSONField(default=list)

    class Meta:
        db_table = "catalog_matter_version"

    def __str__(self) -> str:
        return self.name


class Standard(models.Model):
    """立案结案标准: one filing condition of one matter."""

    code = models.TextField(unique=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "catalog_standard"

    def __str__(self) -> str:
        return self.code


class StandardVersion(models.Model):
    """Until when somebody is on the spot (`arrival`, where it is asked for) and until when it is done."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    condition = models.TextField(default="")
    condition_en = models.TextField(default="")
    urgency = models.SmallIntegerField()
    limit_value = models.IntegerField()
    limit_unit = models.TextField()
    arrival_value = models.IntegerField(null=True)
    arrival_unit = models.TextField(default="")
    extend = models.BooleanField(default=True)
    closing = models.TextField(default="")
    closing_en = models.TextField(default="")
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "catalog_standard_version"

    def __str__(self) -> str:
        return self.condition


class DutyRow(models.Model):
    """权责清单条目."""

    code = models.TextField(unique=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "catalog_duty_row"

    def __str__(self) -> str:
        return self.code


class DutyRowVersion(models.Model):
    """Whose duty a matter is in an area ("" is the whole city), in a kind of place ("" is any) or for the assets of an
    owner ("" is any, a unit's code, or "unknown")."""

    duty_row = models.ForeignKey(DutyRow, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    region_code = models.TextField(db_collation="C", default="")
    place_kind = models.TextField(default="")
    owner = models.TextField(default="")
    list_kind = models.TextField(default="")
    lead = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    support_ids = ArrayField(models.BigIntegerField(), default=list)
    regulator = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    last_resort = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    basis = models.TextField(default="")

    class Meta:
        db_table = "catalog_duty_row_version"

    def __str__(self) -> str:
        return self.basis


class Calendar(models.Model):
    code = models.TextField(unique=True)

    class Meta:
        db_table = "catalog_calendar"

    def __str__(self) -> str:
        return self.code


class CalendarVersion(models.Model):
    """Working hours by weekday and season, and the days that differ; `catalog.rules.parse_calendar` reads `hours`."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField()
    name_en = models.TextField(default="")
    hours = models.JSONField()
    national_holidays = models.BooleanField()
    days_on = ArrayField(models.DateField(), default=list)
    days_off = ArrayField(models.DateField(), default=list)

    class Meta:
        db_table = "catalog_calendar_version"

    def __str__(self) -> str:
        return self.name
