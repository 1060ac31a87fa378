from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_pairs")]
    operations = [
        migrations.AddField(
            model_name="shop",
            name="is_demo",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="invented"),
        ),
        migrations.AddField(
            model_name="user",
            name="start",
            field=models.CharField(choices=[("on", "On"), ("off", "Off")], default="on", max_length=3, verbose_name="first steps"),
        ),
    ]
