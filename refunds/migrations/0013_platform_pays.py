"""What the platform paid by its own decision enters the ledger."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0012_asked_there"), ("orders", "0005_platform_steps_in")]
    operations = [migrations.RunSQL((HERE / "0013_platform_pays.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
