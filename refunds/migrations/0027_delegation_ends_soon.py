import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [("refunds", "0026_paid_back_once")]

    operations = [migrations.RunSQL((HERE / "0027_delegation_ends_soon.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
