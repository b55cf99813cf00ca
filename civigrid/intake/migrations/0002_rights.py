"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

# what a page shows of a report; the sender's key, what he sent beside and whom he named are not among it
SHOWN = ("id", "kind", "title", "text", "place_text", "received_at", "erased_at")
TEXTS = ("title", "text", "place_text", "target_text", "matter_code")
BLANKS = {**dict.fromkeys(TEXTS, "''"), "extra": "'{}'::jsonb", "lon": "NULL", "lat": "NULL"}


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.immutable_but_erasure("intake_report", "erased_at", BLANKS),
        sql.row_security("intake_report", sql.EVERYWHERE, columns=SHOWN),
        sql.row_security("intake_pending", sql.EVERYWHERE),
        sql.row_security("intake_disposition", sql.with_report()),
        sql.kept("intake_disposition"),
    ]
