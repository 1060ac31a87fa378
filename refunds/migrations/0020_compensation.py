"""R4: compensation, and the reason of an approval that is beyond the rule."""

import pathlib

from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0011_whose_cost'),
        ('refunds', '0019_invoice'),
    ]

    operations = [
        migrations.CreateModel(
            name='MoneyOut',
            fields=[
            ],
            options={
                'verbose_name': 'money to the customer',
                'verbose_name_plural': 'money to customers',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('casework.case',),
        ),
        migrations.AddField(
            model_name='approval',
            name='reason',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='reason'),
        ),
        migrations.CreateModel(
            name='Compensation',
            fields=[
            ],
            options={
                'verbose_name': 'Compensation',
                'verbose_name_plural': 'Compensations',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('refunds.moneyout',),
        ),
        migrations.RunSQL((HERE / "0020_compensation.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
