import pathlib

from django.db import migrations

REQUEUE = pathlib.Path(__file__).parent / "sql" / "requeue.sql"


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_seen")]
    operations = [migrations.RunSQL(REQUEUE.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
