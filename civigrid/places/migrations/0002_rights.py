"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

TABLES = ("places_region", "places_region_version", "places_grid", "places_grid_version")


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("base", "0002_rights")]
    operations = [
        sql.web_reads(*TABLES),
        sql.kept(*TABLES),
        sql.no_overlap("places_region_version", "region_id"),
        sql.no_overlap("places_grid_version", "grid_id"),
    ]
