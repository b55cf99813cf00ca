"""Sessions with their account beside them, and who comes in asked in one statement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from civigrid.base import sql

# whoever has the key is who signed in with it: nothing is told without it but which editions are in force
_ENTRANCE = """
SELECT s.session_data, to_json(a)::text, (SELECT json_object_agg(name, value)::text FROM base_stamp)
FROM (VALUES (1)) AS one
LEFT JOIN directory_session s ON s.session_key = key AND s.expire_date > at
LEFT JOIN directory_account a ON a.id = s.account_id AND a.is_active
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_rights")]
    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "directory_session"},
        ),
        sql.withhold("directory_session", "TRUNCATE"),
        sql.before_roles(
            "directory_entrance(key text, at timestamptz)", "session text, account text, stamps text", _ENTRANCE
        ),
    ]
