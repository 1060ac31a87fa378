"""R4.1: no compensation above what was paid for the order."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('refunds', '0028_decided_there'),
    ]

    operations = [
        migrations.RunSQL((HERE / "0029_within_paid.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
