"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

TABLES = (
    "catalog_pack", "catalog_matter", "catalog_matter_version", "catalog_standard", "catalog_standard_version",
    "catalog_duty_row", "catalog_duty_row_version", "catalog_calendar", "catalog_calendar_version",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.web_reads(*TABLES),
        sql.kept(*TABLES),
        sql.no_overlap("catalog_matter_version", "matter_id"),
        sql.no_overlap("catalog_standard_version", "standard_id"),
        sql.no_overlap("catalog_duty_row_version", "duty_row_id"),
        sql.no_overlap("catalog_calendar_version", "calendar_id"),
        # what a loading did is a digest and counts: whoever may open the page of loadings may read it
        sql.more_rows("ledger_line", "of_pack", "kind = 'pack'"),
    ]
