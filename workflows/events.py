"""The timeline of a job: each line is written in the transaction of the change that it tells."""

import re
from typing import Any

from django.db import connection

from clients import ulids
from workflows.models import JobEvent

# JSON can carry them, PostgreSQL can't: the NUL, and one half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_APPEND = """
    INSERT INTO workflows_jobevent (job_id, seq, event_type, visibility, stage, message, extra)
    SELECT %(job_id)s, coalesce(max(seq), 0) + 1,
        %(event_type)s, %(visibility)s, %(stage)s, %(message)s, %(extra)s
    FROM workflows_jobevent WHERE job_id = %(job_id)s
"""


def append(
    job_id: str,
    event_type: JobEvent.Type,
    *,
    stage: str = "",
    message: str = "",
    extra: dict[str, Any] | None = None,
    visibility: JobEvent.Visibility = JobEvent.Visibility.PUBLIC,
) -> None:
    """The next line of a job that this transaction creates or has locked: `seq` has no gap and no double."""
    values = {
        "job_id": ulids.to_uuid(job_id),
        "event_type": event_type.value,
        "visibility": visibility.value,
        "stage": storable(stage),
        "message": storable(message),
        "extra": JobEvent._meta.get_field("extra").get_db_prep_value(storable(extra or {}), connection),
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)


def append_internal(job_id: str, message: str, **extra: Any) -> None:
    """A line for staff, which clients don't see."""
    append(job_id, JobEvent.Type.STAGE, message=message, extra=extra, visibility=JobEvent.Visibility.INTERNAL)


def storable(said: Any) -> Any:
    """What Studio said (text, or JSON with text in it) without the characters that PostgreSQL refuses."""
    if isinstance(said, str):
        return _UNSTORABLE.sub("\ufffd", said)
    if isinstance(said, dict):
        return {storable(name): storable(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [storable(value) for value in said]
    return said
