"""A claim begins empty, and what goes back to a courier goes by finance: held against raw SQL as well."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0006_trouble_in_use")]
    operations = [migrations.RunSQL((HERE / "0007_what_claims_give_back.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
