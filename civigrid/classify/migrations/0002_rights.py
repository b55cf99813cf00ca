"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql


class Migration(migrations.Migration):
    dependencies = [("classify", "0001_initial"), ("intake", "0002_rights")]
    operations = [
        sql.row_security("classify_label", sql.with_report()),
        # a model is about matters and words, of the whole city and of no report: every page may read it
        sql.row_security("classify_model", "true"),
        sql.kept("classify_label", "classify_model"),
    ]
