from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "ledger.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
