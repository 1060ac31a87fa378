import pathlib

from django.db import migrations, models

PULSE = pathlib.Path(__file__).parent / "sql" / "pulse.sql"


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_requeue")]
    operations = [
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(condition=models.Q(("case__isnull", False)), fields=["shop", "id"], include=("at",), name="journal_by_shop"),
        ),
        migrations.RunSQL(
            PULSE.read_text(encoding="utf-8"),
            "DROP FUNCTION casework_pulse(bigint, bigint, timestamptz); DROP FUNCTION casework_shops_of(bigint)",
        ),
    ]
