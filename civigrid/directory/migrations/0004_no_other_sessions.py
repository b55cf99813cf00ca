"""The table of Django's own sessions goes: since 0003 nobody reads it, and it would stay in every backup."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_session")]
    operations = [
        migrations.RunSQL([("DROP TABLE IF EXISTS django_session", None)], reverse_sql=migrations.RunSQL.noop),
    ]
