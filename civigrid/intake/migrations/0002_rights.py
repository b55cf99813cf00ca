"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

# what a page shows of a report; the sender's key, what he sent beside and whom he named are not among it
SHOWN = ("id", "source", "kind", "title", "text", "place_text", "received_at", "erased_at")
TEXTS = ("title", "text", "place_text", "target_text", "matter_code")
POSITION = ("lon", "lat", "lon_given", "lat_given", "position_accuracy_m")
BLANKS = {**dict.fromkeys((*TEXTS, "position_crs"), "''"), "extra": "'{}'::jsonb", **dict.fromkeys(POSITION, "NULL")}
# of a file a page shows what it is; where its sender stood when he made it is for finding the place alone
FILE_SHOWN = ("id", "report_id", "seq", "file_id", "name", "captured_at", "by_account", "added_at", "erased_at")
FILE_BLANKS = {
    **dict.fromkeys(("file_id", "captured_at", "lon", "lat", "accuracy_m"), "NULL"), **dict.fromkeys(("name", "crs"), "''"),
}


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.immutable_but_erasure("intake_report", "erased_at", BLANKS),
        sql.row_security("intake_report", sql.EVERYWHERE, columns=SHOWN),
        sql.immutable_but_erasure("intake_attachment", "erased_at", FILE_BLANKS),
        sql.row_security("intake_attachment", sql.with_report(), columns=FILE_SHOWN),
        sql.row_security("intake_pending", sql.EVERYWHERE),
        sql.row_security("intake_disposition", sql.with_report()),
        # where the report is seen: who was called, and what became of it, is part of what was done
        sql.row_security("intake_transfer", sql.with_report()),
        sql.kept("intake_disposition", "intake_transfer", "intake_slip"),
    ]
