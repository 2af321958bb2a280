"""A process that takes from one bucket with several threads; says how often it got something.

`python -m tests.clients.takers URL NAME PER_SECOND BURST THREADS TIMES`: it begins with a line on its input.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import django

PATIENCE = 30


def main(url: str, name: str, *numbers: str) -> None:
    django.setup()
    from clients.limits.policies import Policy
    from clients.limits.shared import SharedBuckets

    per_second, burst, threads, times = map(int, numbers)
    policy, buckets = Policy(per_second, burst), SharedBuckets(url, socket_timeout=PATIENCE)

    def take(_: int) -> bool:
        level = buckets.take(name, policy)
        assert level is not None
        return level.admitted

    say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        say(str(sum(pool.map(take, range(times)))))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
