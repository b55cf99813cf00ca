"""Every transaction is told the stamps with its role, in one statement, which the login asks before it has taken one."""

from django.db import migrations

from civigrid.base import sql


class Migration(migrations.Migration):
    dependencies = [("base", "0002_rights")]
    operations = [sql.login_reads("base_stamp")]
