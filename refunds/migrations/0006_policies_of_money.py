"""The policies that the money's triggers read are set by managers, from now on."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0005_pictures_of_the_case_above"), ("casework", "0003_database")]
    operations = [migrations.RunSQL((HERE / "0006_policies_of_money.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
