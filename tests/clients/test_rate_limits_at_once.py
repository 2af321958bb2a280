"""Two processes of the real web server, many requests at the same moment, one bucket."""

import os
import time
from collections import Counter

from assets import storage
from tests import databases, waiting
from tests import world as worlds
from tests.clients import bursts, gunicorn, limited
from tests.clients.bursts import Call
from tests.world import SWAP
from workflows.models import Job, RequestLog

BURST, REQUESTS = 15, 80


def test_processes_share_the_limit_of_a_key(
    committed_db: databases.Database, studios: None, pictures: storage.PictureStorage
) -> None:
    world = worlds.make_world()
    worlds.grant(world.owner, 1000)
    limited.limit(world.owner.client, 1, BURST)
    patient = f"{os.environ['CACHE_URL']}&socket_timeout={limited.PATIENCE}"
    calls = [Call(SWAP, world.owner.key, world.order())] * REQUESTS
    with gunicorn.serving(WEB_CONCURRENCY="2", CACHE_URL=patient) as site:
        waiting.until(lambda: len(site.workers) == 2)
        began = time.monotonic()
        replies = bursts.send(site.url, calls)
        seconds = time.monotonic() - began
    counts = Counter(reply.status for reply in replies)
    assert set(counts) == {202, 429}
    assert BURST <= counts[202] <= BURST + seconds + 1
    assert all(reply.headers["Retry-After"] == "1" for reply in replies if reply.status == 429)
    assert all(limited.level(reply.headers) for reply in replies)
    assert Job.objects.count() == RequestLog.objects.count() == counts[202]
