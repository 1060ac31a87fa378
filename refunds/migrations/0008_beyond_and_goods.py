"""Money beyond the order, at whose cost, and what leaves stock."""

import pathlib
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('logistics', '0021_direct_writes'),
        ('casework', '0011_whose_cost'),
        ('orders', '0004_warnings_of_imports'),
        ('refunds', '0007_reshipment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GoodsOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gift', 'Gift'), ('reshipment', 'Re-shipment')], max_length=12, verbose_name='kind')),
                ('what', models.CharField(blank=True, max_length=200, verbose_name='what')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('unit_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='cost of one')),
                ('party', models.CharField(choices=[('customer', 'Customer'), ('shop', 'Shop'), ('warehouse', 'Warehouse'), ('courier', 'Courier'), ('platform', 'Platform'), ('unknown', 'Not decided')], db_default='unknown', max_length=10, verbose_name='at whose cost')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'goods that left stock',
                'verbose_name_plural': 'goods that left stock',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='request',
            name='beyond',
            field=models.DecimalField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='beyond the order'),
        ),
        migrations.AddField(
            model_name='request',
            name='beyond_kind',
            field=models.CharField(blank=True, choices=[('freight', 'Postage that the customer advanced'), ('compensation', 'Compensation')], db_default='', default='', max_length=12, verbose_name='beyond the order for'),
        ),
        migrations.AddField(
            model_name='request',
            name='party',
            field=models.CharField(choices=[('customer', 'Customer'), ('shop', 'Shop'), ('warehouse', 'Warehouse'), ('courier', 'Courier'), ('platform', 'Platform'), ('unknown', 'Not decided')], db_default='unknown', default='unknown', editable=False, max_length=10, verbose_name='at whose cost'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('beyond', 0), ('beyond_kind', '')), models.Q(('beyond__gt', 0), ('beyond__lte', Decimal('9999999999.99')), ('beyond_kind__in', ['freight', 'compensation'])), _connector='OR'), name='request_beyond_has_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('beyond', 0), models.Q(('payee_channel', 'platform'), _negated=True), _connector='OR'), name='request_beyond_is_paid_past_the_platform'),
        ),
        migrations.AddField(
            model_name='goodsout',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goods_out', to='casework.case', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='goodsout',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods_out', to='orders.line', verbose_name='order line'),
        ),
        migrations.AddField(
            model_name='goodsout',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goods_out', to='orders.order', verbose_name='order'),
        ),
        migrations.AddConstraint(
            model_name='goodsout',
            constraint=models.UniqueConstraint(fields=('case', 'line'), name='a_line_leaves_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='goodsout',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['gift', 'reshipment'])), name='goods_out_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='goodsout',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='goods_out_have_pieces'),
        ),
        migrations.AddConstraint(
            model_name='goodsout',
            constraint=models.CheckConstraint(condition=models.Q(('unit_cost', None), models.Q(('unit_cost__gte', 0), ('unit_cost__lte', Decimal('9999999999.99'))), _connector='OR'), name='goods_out_cost_is_a_number'),
        ),
        migrations.AddConstraint(
            model_name='goodsout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('line', None), models.Q(('what', ''), _negated=True)), models.Q(('line__isnull', False), ('what', '')), _connector='OR'), name='goods_out_are_a_line_or_words'),
        ),
        migrations.RunSQL((HERE / "0008_beyond_and_goods.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
