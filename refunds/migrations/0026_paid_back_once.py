"""R3.1: what the customer advanced is paid back once. R5.2: an exchange in spite of a difference lets no money go."""

import pathlib

from django.db import migrations, models

HERE = pathlib.Path(__file__).parent
# What an exchange had in `released_at` was never about money: no other step of it wrote there.
APART = """
UPDATE refunds_return f SET exchange_in_spite_at = f.released_at, released_at = NULL
FROM casework_case c WHERE c.id = f.case_id AND c.kind = 'exchange' AND f.released_at IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('refunds', '0025_paid_there'),
    ]

    operations = [
        migrations.AddField(
            model_name='return',
            name='exchange_in_spite_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='exchanged in spite of the difference at'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(fields=['paid_at'], name='payout_by_time'),
        ),
        migrations.RunSQL(APART, migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "0026_paid_back_once.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
