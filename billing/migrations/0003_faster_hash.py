from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger")]

    operations = [
        migrations.RunSQL((SQL / "faster_hash.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
