from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0007_indexes_of_lists")]

    operations = [migrations.RunSQL((SQL / "any_client.sql").read_text(), migrations.RunSQL.noop)]
