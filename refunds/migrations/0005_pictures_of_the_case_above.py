"""Pictures on the case above a refund are evidence for it too: a merged parcel is photographed once."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("refunds", "0004_request_amounts")]
    operations = [migrations.RunSQL((HERE / "0002_request.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
