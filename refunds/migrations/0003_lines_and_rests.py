"""A line of a statement pays its own parcel's claim, or the one that somebody names; what was booked as rest follows the platform's list. Read from sql/."""

import pathlib

from django.db import migrations

SQL = pathlib.Path(__file__).parent / "sql"
# File and function, each as it stands there now.
FUNCTIONS = {"claims": "refunds_check_recovery", "platform": "refunds_follow_decided", "booked_there": "refunds_books_of"}


def replaced(file: str, function: str) -> str:
    """The function's own text, made to take the place of the one that is there."""
    head = f"CREATE FUNCTION {function}("
    body = (SQL / f"{file}.sql").read_text(encoding="utf-8").partition(head)[2]
    return head.replace("CREATE", "CREATE OR REPLACE") + body.partition("$$;")[0] + "$$;"


class Migration(migrations.Migration):
    dependencies = [("refunds", "0002_database")]
    operations = [migrations.RunSQL(replaced(file, name), migrations.RunSQL.noop) for file, name in FUNCTIONS.items()]
