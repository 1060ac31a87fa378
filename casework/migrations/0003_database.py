"""The database's own part: time, journal, guards, ledger, direct writes. Read from the SQL files beside this one."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent
FILES = ["0003_time_and_policies.sql", "0003_journal.sql", "0003_guards.sql", "0003_ledger.sql", "0003_direct_writes.sql"]


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial"), ("orders", "0001_initial")]
    operations = [migrations.RunSQL((HERE / name).read_text(encoding="utf-8"), migrations.RunSQL.noop) for name in FILES]
