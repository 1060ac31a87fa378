"""Bank transfers; and a decision keeps the policies that it was made under."""

import pathlib

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0004_bank'),
        ('orders', '0001_initial'),
        ('refunds', '0003_paid_there'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='payout',
            name='a_platform_number_is_used_once',
        ),
        migrations.RemoveConstraint(
            model_name='request',
            name='request_channel_is_known',
        ),
        migrations.AddField(
            model_name='approval',
            name='policies',
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name='policies at that time'),
        ),
        migrations.AlterField(
            model_name='payout',
            name='channel',
            field=models.CharField(choices=[('platform', 'Back the way it came, on the platform'), ('small_payment', 'Small payment (小额打款)'), ('alipay', 'Alipay account'), ('bank', 'Bank transfer')], max_length=14, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='request',
            name='payee_channel',
            field=models.CharField(choices=[('platform', 'Back the way it came, on the platform'), ('small_payment', 'Small payment (小额打款)'), ('alipay', 'Alipay account'), ('bank', 'Bank transfer')], max_length=14, verbose_name='paid by'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('platform_number'), models.Case(models.When(channel='platform', then=models.Value('platform')), models.When(channel='bank', then=models.Value('bank')), default=models.Value('alipay')), name='a_platform_number_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('payee_channel__in', ['platform', 'small_payment', 'alipay', 'bank'])), name='request_channel_is_known'),
        ),
        migrations.RunSQL((HERE / "0004_bank_and_policies.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
