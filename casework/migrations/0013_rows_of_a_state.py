"""Whether a state left a row is asked by index, whatever the planner knew when it was first asked."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_photo_of_the_inspection")]
    operations = [migrations.RunSQL((HERE / "0013_rows_of_a_state.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
