"""Writes past the door leave a journal row: couriers, what leads set, weights, losses."""

import pathlib

from django.db import migrations, models

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("logistics", "0020_held_back"), ("casework", "0010_states_leave_a_row")]
    operations = [
        migrations.AlterField(
            "weight",
            "parcel",
            models.ForeignKey("logistics.parcel", models.PROTECT, related_name="weights", verbose_name="parcel"),
        ),
        migrations.RunSQL((HERE / "0021_direct_writes.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
