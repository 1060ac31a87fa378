"""R2.3: what the platform has paid meanwhile is not paid another way."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('refunds', '0024_paid_after_all'),
    ]

    operations = [
        migrations.RunSQL((HERE / "0025_paid_there.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
