from django.db import migrations

# Called by casework_remove_demo: without a real shop there is no approval of which the day's total could tell.
AFTER_DEMO = """
CREATE FUNCTION refunds_after_demo() RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM refunds_approverday d WHERE NOT EXISTS (SELECT FROM refunds_approval a WHERE coalesce(a.power_of_id, a.decided_by_id) = d.user_id AND a.day = d.day)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0003_lines_and_rests"), ("casework", "0007_remove_demo")]
    operations = [migrations.RunSQL(AFTER_DEMO, "DROP FUNCTION refunds_after_demo()")]
