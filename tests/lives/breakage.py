"""States that the database refuses, written all the same: what a restore or a bad release could leave."""

from uuid import UUID

from django.db import connection

from clients import ulids
from tests import databases


def sql(statement: str, *values: UUID) -> None:
    """By the owner of the tables: the application could not."""
    with databases.as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def spoil(job_id: str, change: str) -> None:
    """Changes what stands once a job is accepted."""
    sql("ALTER TABLE workflows_job DISABLE TRIGGER job_guard")
    sql(f"UPDATE workflows_job SET {change} WHERE id = %s", ulids.to_uuid(job_id))
    sql("ALTER TABLE workflows_job ENABLE TRIGGER job_guard")


def make_unsettleable(job_id: str) -> None:
    """Every end of this job is refused until the trigger `die` is dropped."""
    sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'it dies'; END $$;"
        "CREATE TRIGGER die BEFORE UPDATE ON workflows_job FOR EACH ROW"
        f" WHEN (NEW.finished_at IS NOT NULL AND NEW.id = '{ulids.to_uuid(job_id)}') EXECUTE FUNCTION die()"
    )
