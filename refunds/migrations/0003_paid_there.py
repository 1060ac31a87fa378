"""What the platform paid because somebody agreed to it there, and what is booked of a difference."""

import pathlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ("casework", "0003_database"),
        ("orders", "0001_initial"),
        ("refunds", "0002_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='settlement',
            name='books',
            field=models.BooleanField(db_default=False, default=False, verbose_name='booked'),
        ),
        migrations.CreateModel(
            name='PaidThere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(db_default=0, decimal_places=2, editable=False, max_digits=12, verbose_name='amount')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('approval', models.ForeignKey(db_default=None, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.approval', verbose_name='approval')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paid_there', to='casework.case', verbose_name='case')),
                ('refund', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paid_there', to='orders.platformrefund', verbose_name='request on the platform')),
            ],
            options={
                'verbose_name': 'payment on the platform',
                'verbose_name_plural': 'payments on the platform',
                'ordering': ['id'],
            },
        ),
        migrations.RunSQL((HERE / "0003_paid_there.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
