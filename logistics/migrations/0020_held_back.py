from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('logistics', '0019_parcel_at_our_door'),
    ]

    operations = [
        migrations.AddField(
            model_name='nightlyrun',
            name='held',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='held back'),
        ),
    ]
