"""GET /v1/credits/entries as CSV when the database goes away: what a client sees on a real connection."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from django.db import connection

from billing import ledger
from clients import ulids
from tests import databases
from tests import world as worlds
from tests.clients import door, gunicorn
from tests.world import Owner

# More than are read at once, so that the database can go away between two parts.
ENTRIES = 1500
_GRANTS = """
    SELECT count(ledger_post(%s, 'GRANT', 1, NULL, NULL, NULL, NULL, 'bulk ' || n, '', NULL, NULL))
    FROM generate_series(1, %s) AS n
"""
_FIRST_PART, _SECOND_PART = b'"seq" > 0 ', b'"seq" > 1000 '
_END = b"\r\n0\r\n\r\n"


@dataclass(frozen=True)
class Served:
    site: gunicorn.Site
    owner: Owner
    door: door.Door

    def get(self) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.owner.key}", "Accept": "text/csv"}
        return requests.get(f"{self.site.url}/v1/credits/entries", headers=headers, timeout=30)

    def read(self, version: str) -> bytes:
        """All that comes over the connection until the server closes it."""
        return self.site.send(
            f"GET /v1/credits/entries HTTP/{version}\nHost: 127.0.0.1\nConnection: close\nAccept: text/csv"
            f"\nAuthorization: Bearer {self.owner.key}"
        )


@pytest.fixture
def served(committed_db: databases.Database) -> Iterator[Served]:
    owner = worlds.new_owner()
    with ledger._billing_role(), connection.cursor() as cursor:
        cursor.execute(_GRANTS, [ulids.to_uuid(owner.account().id), ENTRIES])
    with (
        door.before(door.folder_of(committed_db.url)) as before,
        gunicorn.serving(DATABASE_URL=door.through(before, committed_db.url)) as site,
    ):
        yield Served(site, owner, before)


def test_a_cut_export_can_be_told_from_a_whole_one(served: Served) -> None:
    """One server for all of it: each start costs seconds."""
    a_whole_one_has_its_end(served)
    one_cut_in_the_middle_lacks_its_end(served)
    without_chunks_the_headers_tell(served)
    one_that_does_not_begin_is_a_refusal(served)
    a_whole_one_has_its_end(served)


def a_whole_one_has_its_end(served: Served) -> None:
    answer = served.get()
    assert answer.status_code == 200
    assert (answer.headers["Transfer-Encoding"], answer.headers["Ledger-Entries"]) == (
        "chunked",
        str(ENTRIES),
    )
    assert last_seq(answer.content) == ENTRIES
    assert served.read("1.1").endswith(_END)


def one_cut_in_the_middle_lacks_its_end(served: Served) -> None:
    served.door.cut_at(_SECOND_PART, arrives=False)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        served.get()
    served.door.cut_at(_SECOND_PART, arrives=False)
    said = served.read("1.1")
    assert said.startswith(b"HTTP/1.1 200")
    assert not said.endswith(_END)


def without_chunks_the_headers_tell(served: Served) -> None:
    """HTTP/1.0, as some proxies speak it to servers behind them, can't say that the end is missing."""
    served.door.cut_at(_SECOND_PART, arrives=False)
    head, _, body = served.read("1.0").partition(b"\r\n\r\n")
    assert b"Ledger-Entries: 1500" in head
    assert last_seq(body) == 1000


def one_that_does_not_begin_is_a_refusal(served: Served) -> None:
    served.door.cut_at(_FIRST_PART, arrives=False)
    answer = served.get()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")


def last_seq(lines: bytes) -> int:
    return int(lines.splitlines()[-1].split(b",")[3])
