from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_faster_hash")]

    operations = [
        migrations.RunSQL((SQL / "roles.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
