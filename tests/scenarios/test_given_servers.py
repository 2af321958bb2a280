"""Where addresses are given, the same code uses them and starts nothing of its own."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from config.embedded.stack import Stack
from tests import servers
from tests.assets import bucket
from tests.assets.bucket import Bucket
from tests.databases import Database
from tests.scenarios import calling
from tests.scenarios.conftest import NewStack
from tests.studio_client import service


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Bucket]:
    with bucket.serve(tmp_path / "bucket") as serving:
        yield serving


@pytest.fixture
def given(committed_db: Database, pictures: Bucket, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL, a broker, a bucket and a Studio that are somebody else's."""
    key_id, secret = service.CALLBACK_KEY
    with service.running(tmp_path / "studio", allow=urlsplit(pictures.endpoint).netloc) as studio:
        yield {
            "DATABASE_URL": committed_db.url,
            "DATABASE_OWNER_URL": committed_db.owner_url,
            "BROKER_URL": f"redis+socket://{servers.valkey_socket()}?virtual_host=7",
            "CACHE_URL": f"redis://{servers.valkey_socket()}?db=8",
            "STUDIO_URL": studio.url,
            "STUDIO_TEST_URL": studio.url,
            "STUDIO_TOKEN": studio.token,
            "STUDIO_CALLBACK_KEYS": f"{key_id}:{secret}",
            "S3_BUCKET": pictures.name,
            "S3_ENDPOINT_URL": pictures.endpoint,
            "S3_ADDRESSING_STYLE": "path",
            "AWS_ACCESS_KEY_ID": bucket.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": bucket.SECRET_KEY,
        }


def test_a_swap_runs_on_what_is_given(new_stack: NewStack, given: dict[str, str], tmp_path: Path) -> None:
    stack = new_stack(**given)
    client = calling.new_client(stack)
    job_id = client.swap(client.body(calling.pictures(tmp_path / "samples").subject))
    assert client.ended(job_id)["status"] == "SUCCESS"
    url = client.get(f"renders/{job_id}")["image_url"]
    assert url.startswith(f"{given['S3_ENDPOINT_URL']}/pictures/renders/live/")
    assert requests.get(url, timeout=30).content[8:12] == b"WEBP"
    assert_nothing_of_ours_was_started(stack)


def assert_nothing_of_ours_was_started(stack: Stack) -> None:
    for name in ("valkey", "studio", "postgres"):
        with pytest.raises(KeyError):
            stack.process(name)
    assert not (stack.folders.data / "postgres").exists()
