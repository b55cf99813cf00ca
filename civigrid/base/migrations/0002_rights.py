"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [
        sql.refuse_function(),
        sql.append_only("ledger_line"),
        sql.withhold("ledger_text", "UPDATE", "TRUNCATE"),
        sql.withhold("ledger_head", "DELETE", "TRUNCATE"),
        sql.withhold("base_reader", "DELETE", "TRUNCATE"),
        sql.row_security("ledger_line", "false"),
        sql.row_security("ledger_text", "false"),
        sql.row_security("base_event", sql.in_scope()),
        sql.web_reads("base_file", "base_stamp"),
    ]
