from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RemoveField("importrun", "message"),
        migrations.AddField("importrun", "params", models.JSONField(blank=True, default=dict)),
    ]
