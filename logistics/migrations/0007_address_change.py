"""Addresses to be changed (L9), and parcels that a courier stops on their way."""

import django.db.models.deletion
import logistics.kinds.address_change.address
import logistics.kinds.address_change.deciding
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_database'),
        ('logistics', '0006_complaint'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressChange',
            fields=[
            ],
            options={
                'verbose_name': 'Address change',
                'verbose_name_plural': 'Address changes',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=(logistics.kinds.address_change.address.Noting, logistics.kinds.address_change.deciding.Deciding, 'casework.case'),
        ),
        migrations.CreateModel(
            name='Intercept',
            fields=[
            ],
            options={
                'verbose_name': 'Intercept or redirect',
                'verbose_name_plural': 'Intercepts and redirects',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('logistics.incident',),
        ),
        migrations.AddField(
            model_name='incidentfacts',
            name='fee',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='fee'),
        ),
        migrations.AddField(
            model_name='incidentfacts',
            name='purpose',
            field=models.CharField(blank=True, choices=[('redirect', 'Redirect it to the new address'), ('bring_back', 'Stop it and bring it back')], db_default='', default='', max_length=10, verbose_name='the courier shall'),
        ),
        migrations.AddField(
            model_name='incidentfacts',
            name='refunds_go_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='refunds do not wait since'),
        ),
        migrations.CreateModel(
            name='AddressFacts',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='address', serialize=False, to='casework.case', verbose_name='case')),
                ('address_enc', models.BinaryField(null=True)),
                ('shown', models.JSONField(blank=True, default=dict, verbose_name='new address')),
                ('noted_at', models.DateTimeField(blank=True, null=True, verbose_name='noted at')),
                ('edits_after', models.BigIntegerField(default=0, verbose_name='edits count after task')),
                ('parts', models.JSONField(blank=True, default=list, verbose_name='what was decided')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='told at')),
            ],
            options={
                'verbose_name': 'address to be changed',
                'verbose_name_plural': 'addresses to be changed',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('address_enc', None), ('noted_at', None)), models.Q(('address_enc__isnull', False), ('noted_at__isnull', False)), _connector='OR'), name='a_noted_address_is_there')],
            },
        ),
        # What is wanted and was decided leaves a journal row when it is written past the door.
        migrations.RunSQL("SELECT casework_leave_rows('logistics_addressfacts', 'addressfacts', key => 'case_id')", migrations.RunSQL.noop),
    ]
