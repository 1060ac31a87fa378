from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    dependencies = [("logistics", "0006_parcels_to_subscribe")]
    operations = [
        migrations.AddIndex(
            "parcel", models.Index(OpClass(Reverse("waybill"), name="text_pattern_ops"), name="parcel_by_end_of_waybill")
        ),
    ]
