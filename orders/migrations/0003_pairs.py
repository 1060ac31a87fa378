import pathlib

import django.contrib.postgres.indexes
from django.db import migrations, models

PAIRS = pathlib.Path(__file__).parent / "sql" / "pairs.sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_single_keys")]
    operations = [
        migrations.RunSQL(PAIRS.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="line",
            index=django.contrib.postgres.indexes.GinIndex(models.Func("title", function="orders_pairs"), name="line_by_words"),
        ),
        migrations.AddIndex(model_name="platformrefund", index=models.Index(fields=["number"], name="platform_refund_by_number")),
    ]
