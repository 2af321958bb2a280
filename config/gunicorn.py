"""How gunicorn serves the gateway, here and in the image."""

import importlib
import os
import signal
import socket
import struct
from collections.abc import Sequence
from typing import Protocol

from gunicorn import util

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
# No header of a client's says where the application begins: gunicorn would take it from whoever is local.
forwarder_headers = ""
# Who falls silent within a request, or takes no more of an answer, gives back the thread.
SILENCE_SECONDS = int(os.environ.get("WEB_SILENCE_SECONDS", "20"))
# It would lie in the home folder, one for all copies of the gateway.
control_socket_disable = True


class Listener(Protocol):
    sock: socket.socket


class Master(Protocol):
    """What we use of gunicorn's arbiter, which comes without types."""

    pid: int
    LISTENERS: Sequence[Listener]


class Worker(Protocol):
    """And of its worker; `alive` ends with the signal to stop."""

    alive: bool


def when_ready(server: Master) -> None:
    """Set on the listening sockets, from which each connection inherits it."""
    silence = struct.pack("ll", SILENCE_SECONDS, 0)
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, silence)


def post_worker_init(worker: Worker) -> None:
    """Who waits for a job must not hold up a restart; and only now is Django ready to make errors."""
    watching.here.is_ending = lambda: not worker.alive
    util.write_error = importlib.import_module("config.unreadable").write_error


def post_fork(server: Master, worker: object) -> None:
    """No worker outlives its master, however that one ends."""
    leash.die_with_parent(signal.SIGKILL, server.pid)
