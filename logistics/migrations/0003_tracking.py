"""The database's own part: tracking events by month, norms, direct writes. Read from sql/."""

import pathlib

from django.db import migrations

SQL = pathlib.Path(__file__).parent / "sql"
FILES = ["tracking", "direct_writes"]


class Migration(migrations.Migration):
    dependencies = [("logistics", "0002_initial"), ("casework", "0003_database")]
    operations = [migrations.RunSQL((SQL / f"{name}.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop) for name in FILES]
