"""A journal row is refused under another name or instant than its transaction's."""

import pathlib

from django.db import migrations

HERE = pathlib.Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_news_and_evidence_kinds")]
    operations = [migrations.RunSQL((HERE / "0006_journal_rows_are_signed.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
