"""The database's own part: requests, approvals and payouts that raw SQL cannot cheat."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent
FILES = ["0002_request.sql", "0002_approval.sql"]


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("casework", "0003_database")]
    operations = [migrations.RunSQL((HERE / name).read_text(encoding="utf-8"), migrations.RunSQL.noop) for name in FILES]
