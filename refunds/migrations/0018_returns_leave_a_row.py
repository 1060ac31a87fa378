"""Returns and what was found leave a journal row when written past the door."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0017_returns")]
    operations = [migrations.RunSQL((HERE / "0018_returns_leave_a_row.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
