"""A decision about a refund is about the money of its order as it was seen: another case's movement makes it stale (M11)."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0010_delegation")]
    operations = [migrations.RunSQL((HERE / "0011_money_that_was_seen.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
