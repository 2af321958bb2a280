"""What only a real server and a real connection show."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from assets import storage
from clients import signatures
from tests import databases
from tests import world as worlds
from tests.clients import gunicorn
from tests.world import SWAP, World
from workflows.models import Job, RequestLog

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Served:
    site: gunicorn.Site
    world: World

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.site.port}{SWAP}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.world.owner.key}", "Content-Type": "application/json"}


@pytest.fixture
def served(committed_db: databases.Database, pictures: storage.PictureStorage) -> Iterator[Served]:
    world = worlds.make_world()
    with gunicorn.serving() as site:
        yield Served(site, world)


def test_a_server_answers_whatever_is_sent(served: Served) -> None:
    """One server for all of it: each start costs seconds."""
    a_request_is_accepted(served)
    a_signature_is_taken_over_raw_bytes(served)
    a_large_body_gets_its_answer(served, "keep-alive")
    a_large_body_gets_its_answer(served, "close")
    a_body_in_chunks_is_refused(served)
    a_content_type_that_breaks_django_is_refused(served)
    a_header_that_comes_twice_is_one_key(served)
    a_refusal_leaves_the_connection_usable(served)
    two_requests_in_one_write_get_two_answers(served)
    assert Job.objects.count() == 3


def a_request_is_accepted(served: Served) -> None:
    answer = requests.post(served.url, json=served.world.order(), headers=served.headers, timeout=30)
    assert answer.status_code == 202, answer.text
    assert RequestLog.objects.get(id=answer.headers["X-Request-Id"]).status == 202


def a_signature_is_taken_over_raw_bytes(served: Served) -> None:
    raw = json.dumps(served.world.order(pilot_brand="ü"), ensure_ascii=False, indent=3).encode()
    signature = signatures.sign(served.world.owner.signing_secret, raw).decode()
    headers = {**served.headers, "X-Shopify-Hmac-Sha256": signature}
    assert requests.post(served.url, data=raw, headers=headers, timeout=30).status_code == 202
    headers["X-Shopify-Hmac-Sha256"] = "\xfc" * 44
    answer = requests.post(served.url, data=raw, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")


def a_large_body_gets_its_answer(served: Served, connection: str) -> None:
    raw = b'{"pilot_brand": "' + b"x" * (5 * MEGABYTE) + b'"}'
    headers = {**served.headers, "Connection": connection}
    answer = requests.post(served.url, data=raw, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert RequestLog.objects.get(id=answer.headers["X-Request-Id"]).error_code == "PAYLOAD_TOO_LARGE"


def a_body_in_chunks_is_refused(served: Served) -> None:
    chunks = iter([b'{"pilot_brand":', b'"a"}'])
    answer = requests.post(served.url, data=chunks, headers=served.headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (411, "LENGTH_REQUIRED")


def a_content_type_that_breaks_django_is_refused(served: Served) -> None:
    headers = {**served.headers, "Content-Type": "application/json; a*=no-such-charset''%41"}
    answer = requests.post(served.url, data=b"{}", headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def a_header_that_comes_twice_is_one_key(served: Served) -> None:
    head = (
        f"POST {SWAP} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\nContent-Type: application/json\n"
        f"Authorization: Bearer {served.world.owner.key}\nAuthorization: Bearer x\nContent-Length: 2"
    )
    assert b"UNAUTHENTICATED" in served.site.send(head, b"{}")


def a_refusal_leaves_the_connection_usable(served: Served) -> None:
    with requests.Session() as session:
        for _ in range(2):
            answer = session.post(served.url, data=b"{", headers=served.headers, timeout=30)
            assert answer.status_code == 422
        answer = session.post(served.url, json=served.world.order(), headers=served.headers, timeout=30)
        assert answer.status_code == 202


def two_requests_in_one_write_get_two_answers(served: Served) -> None:
    one = f"GET /v1/me HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer {served.world.owner.key}"
    answers = served.site.send(f"{one}\n\n{one}\nConnection: close")
    assert answers.count(b"HTTP/1.1 200") == 2
    assert answers.count(served.world.owner.client.id.encode()) >= 2
