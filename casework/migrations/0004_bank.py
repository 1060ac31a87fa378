"""Bank transfers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_database'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledger',
            name='channel',
            field=models.CharField(choices=[('platform', 'Platform'), ('small_payment', 'Small payment (小额打款)'), ('alipay', 'Alipay'), ('bank', 'Bank transfer'), ('courier', 'Courier account'), ('stock', 'Stock')], max_length=14, verbose_name='channel'),
        ),
    ]
