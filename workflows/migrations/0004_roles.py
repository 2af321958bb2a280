from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_roles"), ("workflows", "0003_money_gate")]

    operations = [
        migrations.RunSQL((SQL / "roles.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
