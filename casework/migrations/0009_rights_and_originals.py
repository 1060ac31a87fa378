"""Rights never change silently, and the original of a note is never swapped."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_upload_links_and_looks")]
    operations = [migrations.RunSQL((HERE / "0009_rights_and_originals.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
