from django.db import migrations, models

FILL = """
SELECT set_config('casework.door', 'on', true);
UPDATE logistics_parcel p SET moved_at = e.at
FROM (SELECT parcel_id, max(at) AS at FROM logistics_trackingevent WHERE stage <> '' GROUP BY parcel_id) e WHERE e.parcel_id = p.id;
SELECT set_config('casework.door', '', true)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('logistics', '0017_refused_pushes'),
    ]

    operations = [
        migrations.AddField(
            model_name='parcel',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='moved at'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
