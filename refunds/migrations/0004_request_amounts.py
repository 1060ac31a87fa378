"""Amounts of lines are written in one way only, without leading zeros."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0003_approval_tells_its_end")]
    operations = [migrations.RunSQL((HERE / "0002_request.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
