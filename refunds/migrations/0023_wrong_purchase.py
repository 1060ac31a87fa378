"""R7: who bought the wrong thing has a reason of their own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0012_photo_of_the_inspection'),
        ('orders', '0005_platform_steps_in'),
        ('refunds', '0022_settlement'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='request',
            name='request_reason_is_known',
        ),
        migrations.AlterField(
            model_name='request',
            name='reason',
            field=models.CharField(choices=[('not_received', 'Not received'), ('damaged', 'Damaged'), ('missing', 'Missing goods'), ('wrong_goods', 'Wrong goods'), ('quality', 'Quality'), ('not_as_described', 'Not as described'), ('wrong_purchase', 'Bought the wrong thing (拍错)'), ('unwanted', 'Not wanted'), ('late', 'Shipped too late'), ('out_of_stock', 'Out of stock'), ('price', 'Price difference'), ('freight', 'Postage'), ('agreed', 'Agreed with the customer'), ('other', 'Other')], max_length=20, verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['not_received', 'damaged', 'missing', 'wrong_goods', 'quality', 'not_as_described', 'wrong_purchase', 'unwanted', 'late', 'out_of_stock', 'price', 'freight', 'agreed', 'other'])), name='request_reason_is_known'),
        ),
    ]
