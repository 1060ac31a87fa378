import pathlib

from django.db import migrations, models
from django.db.models import Q

HERE = pathlib.Path(__file__).parent
KNOWN = ["sending", "unknown", "parked", "failed", "done", "late", "beside"]


class Migration(migrations.Migration):

    dependencies = [("refunds", "0023_wrong_purchase")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="number",
            field=models.CharField(blank=True, db_default="", default="", max_length=64, verbose_name="provider's number"),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="status",
            field=models.CharField(
                choices=[
                    ("sending", "Being sent"), ("unknown", "No clear answer yet"), ("parked", "Waits for a person"), ("failed", "Not paid"),
                    ("done", "Paid"), ("late", "Paid after all, the provider says"), ("beside", "Paid beside its approval"),
                ],
                default="sending", max_length=8, verbose_name="status",
            ),
        ),
        migrations.RemoveConstraint(model_name="transfer", name="transfer_status_is_known"),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=Q(("status__in", KNOWN)), name="transfer_status_is_known"),
        ),
        migrations.RunSQL((HERE / "0024_paid_after_all.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
