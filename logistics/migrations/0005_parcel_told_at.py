from django.db import migrations, models

# What is on file was told when its last node was received.
TOLD = """
UPDATE logistics_parcel p SET told_at = e.told_at
FROM (SELECT parcel_id, max(received_at) AS told_at FROM logistics_trackingevent GROUP BY parcel_id) e WHERE e.parcel_id = p.id
"""


class Migration(migrations.Migration):
    dependencies = [("logistics", "0004_postage_that_was_paid")]
    operations = [
        migrations.AddField(
            model_name="parcel", name="told_at", field=models.DateTimeField(blank=True, null=True, verbose_name="last told at")
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
