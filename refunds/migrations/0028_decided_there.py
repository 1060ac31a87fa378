"""R13.2: what the platform has decided takes its room at once, and comes back where it is not paid after all."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_decided_there'),
        ('refunds', '0027_delegation_ends_soon'),
    ]

    operations = [
        migrations.RunSQL((HERE / "0028_decided_there.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
