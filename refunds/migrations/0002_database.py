"""The database's own part: requests, approvals, payouts, transfers and claims that raw SQL cannot cheat. Read from sql/."""

import pathlib

from django.db import migrations

SQL = pathlib.Path(__file__).parent / "sql"
# Functions in SQL before those that call them; triggers of one table and time fire in the order of their names.
FILES = [
    "party_and_goods", "policies", "limits", "delegation", "request", "approval", "platform", "paid_there", "booked_there", "payout",
    "transfer", "compensation", "advanced_postage", "claims", "direct_writes",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("casework", "0003_database"), ("logistics", "0003_tracking")]
    operations = [migrations.RunSQL((SQL / f"{name}.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop) for name in FILES]
