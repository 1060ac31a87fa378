import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_scripts"), ("orders", "0003_pairs")]
    operations = [
        migrations.AddIndex(
            model_name="journal",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("note", function="orders_pairs"), condition=models.Q(("note", ""), _negated=True), name="journal_by_words"
            ),
        ),
    ]
