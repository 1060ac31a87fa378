"""Absent leads lend their power; above an amount the password is asked for again; both are kept on the approval."""

import pathlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_warnings_of_imports'),
        ('refunds', '0009_gift'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(verbose_name='to')),
                ('given_at', models.DateTimeField(verbose_name='set at')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='taken back at')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='approval',
            name='power_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by the power of'),
        ),
        migrations.AddField(
            model_name='approval',
            name='stepped_up_at',
            field=models.DateTimeField(null=True, verbose_name='password given again at'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('power_of', models.F('asked_by')), _negated=True), name='four_eyes_of_the_power'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='approver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='away'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='delegate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stands in'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='revoked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.shop', verbose_name='shop'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='delegation_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('approver', models.F('delegate')), _negated=True), name='delegation_is_to_another'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='delegation_is_taken_back_by_somebody'),
        ),
        migrations.RunSQL((HERE / "0010_delegation.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
