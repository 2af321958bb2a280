"""How gunicorn serves the gateway, here and in the image."""

import os
import signal
from typing import Protocol

from config.embedded import leash
from workflows import watching

# A request is given up before its client gives us up; read by the settings, which are loaded after this.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "10")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "16"))
# Loaded once, before the workers: half the memory, and a worker that died is back at once.
preload_app = True
backlog = 1024
timeout = 60
graceful_timeout = 8
keepalive = 5
# It would lie in the home folder, one for all copies of the gateway.
control_socket_disable = True


class Master(Protocol):
    """What we use of gunicorn's arbiter, which comes without types."""

    pid: int


class Worker(Protocol):
    """And of its worker; `alive` ends with the signal to stop."""

    alive: bool


def post_worker_init(worker: Worker) -> None:
    """Who waits for a job must not hold up a restart."""
    watching.here.is_ending = lambda: not worker.alive


def post_fork(server: Master, worker: object) -> None:
    """No worker outlives its master, however that one ends."""
    leash.die_with_parent(signal.SIGKILL, server.pid)
