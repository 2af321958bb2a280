from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger"), ("workflows", "0002_request_logs")]

    operations = [
        migrations.RunSQL((SQL / "money_gate.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
