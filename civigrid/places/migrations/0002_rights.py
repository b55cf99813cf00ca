"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

THINGS = ("region", "grid", "building", "address", "asset", "feature")
TABLES = tuple(f"places_{thing}{kind}" for thing in THINGS for kind in ("", "_version"))


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.web_reads(*TABLES),
        sql.kept(*TABLES),
        *(sql.no_overlap(f"places_{thing}_version", f"{thing}_id") for thing in THINGS),
    ]
