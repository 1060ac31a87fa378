"""The database's own part: time, journal, direct writes, guards, ledger. Read from sql/."""

import pathlib

from django.db import migrations

SQL = pathlib.Path(__file__).parent / "sql"
# Tables and functions before those that name them.
FILES = ["time_and_policies", "journal", "direct_writes", "guards", "ledger"]


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial"), ("orders", "0001_initial")]
    operations = [migrations.RunSQL((SQL / f"{name}.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop) for name in FILES]
