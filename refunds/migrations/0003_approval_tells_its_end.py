from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("refunds", "0002_database")]
    operations = [
        migrations.AlterField("approval", "valid_until", models.DateTimeField(db_default=None, null=True, verbose_name="valid until")),
    ]
