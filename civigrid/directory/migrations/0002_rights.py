"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.web_reads("directory_unit", "directory_unit_version", "directory_post"),
        sql.web_reads_columns("directory_account", "id", "name", "name_en"),
        sql.kept("directory_unit", "directory_unit_version", "directory_account", "directory_post", "directory_token"),
        sql.no_overlap("directory_unit_version", "unit_id"),
        sql.text_ranges(),
        sql.held_once("directory_post", ["account_id", "unit_id"], ["role"]),
    ]
