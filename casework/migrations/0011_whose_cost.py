"""The ledger says at whose cost, and has a writer for what moves no counter."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_states_leave_a_row")]
    operations = [migrations.RunSQL((HERE / "0011_whose_cost.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
