import pathlib

from django.db import migrations

DEMO = pathlib.Path(__file__).parent / "sql" / "demo.sql"


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_together"), ("orders", "0004_shop_is_demo")]
    operations = [migrations.RunSQL(DEMO.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
