from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import clients.ulids

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger"), ("workflows", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL((SQL / "request_logs.sql").read_text(), reverse_sql=migrations.RunSQL.noop)
            ],
            state_operations=[
                migrations.CreateModel(
                    name="RequestLog",
                    fields=[
                        ("id", clients.ulids.ULIDField(editable=False, primary_key=True, serialize=False)),
                        ("livemode", models.BooleanField()),
                        ("method", models.TextField()),
                        ("path", models.TextField()),
                        ("workflow", models.TextField(null=True)),
                        ("status", models.SmallIntegerField(help_text="HTTP status of the answer.")),
                        ("error_code", models.TextField(null=True)),
                        ("error_message", models.TextField(null=True)),
                        (
                            "body",
                            models.TextField(
                                help_text="What a refused request sent, up to 16 KB.", null=True
                            ),
                        ),
                        (
                            "duration_ms",
                            models.IntegerField(
                                help_text="Milliseconds until the commit, or until the refusal."
                            ),
                        ),
                        ("job_id", clients.ulids.ULIDField(null=True)),
                        (
                            "credits",
                            models.BigIntegerField(
                                db_default=0, help_text="Credits charged by this request."
                            ),
                        ),
                        ("idempotency_key", models.TextField(null=True)),
                        ("replayed", models.BooleanField(db_default=False)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        (
                            "api_key",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.apikey",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "request_logs",
                        "ordering": ("-id",),
                    },
                ),
                migrations.AddIndex(
                    model_name="requestlog",
                    index=models.Index(fields=["client", "livemode", "-id"], name="request_log_of_client"),
                ),
            ],
        ),
    ]
