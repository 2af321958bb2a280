"""Jobs, events and request logs of two months, made by the database itself, past the triggers.

Three in ten belong to the client that reads them. Of these some kinds are rare, spread over the time: a read
that has to find those shows whether it looks through all the others.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

SPAN = timedelta(days=60)
RARE = 20
WORKFLOW = "background-swap-with-image"
_REQUEST = '{"source_image_s3_key": "uploads/client/live/picture.jpg", "output_preset": "square"}'
_INPUTS = '{"source": {"key": "uploads/client/live/picture.jpg"}, "background": {"key": "a.jpg"}}'
_RESULT = (
    '{"artifacts": [{"key": "renders/client/picture.jpg", "kind": "image", "role": "final", "label": "A",'
    ' "width": 800, "height": 800, "bytes": 90000, "sha256": "00", "format": "jpeg"}]}'
)
_FILL = Path(__file__).with_suffix(".sql")
_OWN = """
    SELECT client.id AS client, key.id AS api_key
    FROM clients_client AS client JOIN clients_apikey AS key ON key.client_id = client.id
    WHERE client.name = %s AND key.livemode
"""


def fill(owner: psycopg.Connection, rows: int, name: str) -> None:
    """Add that many of each, for the client of this name and 99 others. The connection is a superuser's."""
    values = {
        "rows": rows, "rare": RARE, "span": SPAN, "workflow": WORKFLOW, "until": datetime.now(UTC),
        "request": _REQUEST, "inputs": _INPUTS, "result": _RESULT,
    }  # fmt: skip
    with owner.transaction(), psycopg.ClientCursor(owner) as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        client, api_key = cursor.execute(_OWN, [name]).fetchone() or (None, None)
        text = sql.SQL(_FILL.read_text())
        cursor.execute(text, {**values, "client": client, "api_key": api_key})
    owner.execute("VACUUM (ANALYZE) workflows_job, workflows_jobevent, request_logs")
