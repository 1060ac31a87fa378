"""A state never changes without a journal row of the same transaction."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_rights_and_originals")]
    operations = [migrations.RunSQL((HERE / "0010_states_leave_a_row.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
