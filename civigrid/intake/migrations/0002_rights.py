"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.immutable_but("intake_report", "title", "text", "place_text", "target_text", "extra", "erased_at"),
        sql.row_security("intake_report", sql.EVERYWHERE),
        sql.row_security("intake_pending", sql.EVERYWHERE),
        sql.row_security("intake_disposition", sql.with_report()),
    ]
