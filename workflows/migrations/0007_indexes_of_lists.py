"""One index for each filter of the lists of jobs and request logs, made while both are written to."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.models import Q

_OF_JOBS = [
    models.Index(name="job_of_status", fields=["client", "livemode", "status", "-id"]),
    models.Index(name="job_of_workflow", fields=["client", "livemode", "workflow", "-id"]),
    models.Index(
        name="job_of_brand",
        fields=["client", "livemode", "pilot_brand", "-id"],
        condition=Q(pilot_brand__isnull=False),
    ),
]
_OF_REQUESTS = [
    models.Index(
        name="request_log_of_status",
        fields=["client", "livemode", "status", "-id"],
        condition=~Q(status=202),
    ),
    models.Index(
        name="request_log_of_error",
        fields=["client", "livemode", "error_code", "-id"],
        condition=Q(error_code__isnull=False),
    ),
    models.Index(
        name="request_log_of_workflow",
        fields=["client", "livemode", "workflow", "-id"],
        condition=Q(workflow__isnull=False),
    ),
    models.Index(
        name="request_log_of_key",
        fields=["client", "livemode", "idempotency_key", "-id"],
        condition=Q(idempotency_key__isnull=False),
    ),
    models.Index(
        name="request_log_replayed", fields=["client", "livemode", "-id"], condition=Q(replayed=True)
    ),
    models.Index(name="request_log_of_job", fields=["job_id"], condition=Q(job_id__isnull=False)),
]
# Whose index is not joined to the whole one; a partition that is added meanwhile comes with its own.
_LACKING = """
    SELECT part.inhrelid::regclass::text FROM pg_inherits AS part
    WHERE part.inhparent = 'request_logs'::regclass AND NOT EXISTS (
        SELECT FROM pg_inherits AS joined JOIN pg_index ON indexrelid = joined.inhrelid
        WHERE joined.inhparent = %s::regclass AND indrelid = part.inhrelid)
"""
_A_DAY = 86_400.0


def take_time(apps: StateApps, schema_editor: Any) -> None:
    """Of millions of rows an index takes longer than a statement may otherwise."""
    schema_editor.connection.connection.patience = _A_DAY
    schema_editor.execute("SET statement_timeout = 0")


def index_jobs(apps: StateApps, schema_editor: Any) -> None:
    """What an attempt has left that was cut is made anew."""
    table = apps.get_model("workflows", "Job")
    for index in _OF_JOBS:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}")
        schema_editor.add_index(table, index, concurrently=True)


def index_request_logs(apps: StateApps, schema_editor: Any) -> None:
    """PostgreSQL indexes no partitioned table concurrently: its partitions, whose indexes are then joined."""
    table = apps.get_model("workflows", "RequestLog")
    for index in _OF_REQUESTS:
        definition = str(index.create_sql(table, schema_editor)).partition(' ON "request_logs" ')[2]
        schema_editor.execute(f"DROP INDEX IF EXISTS {index.name}")
        schema_editor.execute(f"CREATE INDEX {index.name} ON ONLY request_logs {definition}")
        for partition in _lacking(schema_editor, index.name):
            own = f"{partition}_{index.name.removeprefix('request_log_')}"
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {own}")
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {own} ON {partition} {definition}")
            schema_editor.execute(f"ALTER INDEX {index.name} ATTACH PARTITION {own}")


def _lacking(schema_editor: Any, index: str) -> list[str]:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_LACKING, [index])
        return [name for (name,) in cursor.fetchall()]


def drop(apps: StateApps, schema_editor: Any) -> None:
    for index in [*_OF_JOBS, *_OF_REQUESTS]:
        schema_editor.execute(f"DROP INDEX IF EXISTS {index.name}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workflows", "0006_price_changes")]

    operations = [
        migrations.RunPython(take_time, migrations.RunPython.noop),
        migrations.RunPython(index_jobs, drop),
        migrations.RunPython(index_request_logs, drop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *[migrations.AddIndex("job", index) for index in _OF_JOBS],
                *[migrations.AddIndex("requestlog", index) for index in _OF_REQUESTS],
            ],
        ),
    ]
