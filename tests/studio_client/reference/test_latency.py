"""Small answers come at once."""

import statistics
import time

from tests.studio_client.service import Studio


def test_an_answer_does_not_wait_for_an_acknowledgement(reference: Studio) -> None:
    seconds = []
    for _ in range(21):
        began = time.perf_counter()
        reference.call("GET", "/v1/health")
        seconds.append(time.perf_counter() - began)
    # A connection with Nagle's algorithm takes 40 ms for each but the first.
    assert statistics.median(seconds) < 0.03
