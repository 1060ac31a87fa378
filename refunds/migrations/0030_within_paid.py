"""R4.1: no compensation above what was paid for the order."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('refunds', '0029_facts_leave_a_row'),
    ]

    operations = [
        migrations.RunSQL((HERE / "0030_within_paid.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
