"""DESIGN 7: facts of cases of money leave a journal row however they are written."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('refunds', '0028_decided_there'),
    ]

    operations = [
        migrations.RunSQL((HERE / "0029_facts_leave_a_row.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
