"""Orders from the rig to a running process of the storm: small JSON datagrams over a unix socket."""

import json
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Mailbox:
    """Where a process gets its orders."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))

    def orders(self, seconds: float) -> Iterator[dict[str, Any]]:
        """What has come, after at most so many seconds of waiting for the first."""
        while select.select([self.socket], [], [], seconds)[0]:
            yield json.loads(self.socket.recv(65536))
            seconds = 0


def send(path: Path, **order: Any) -> None:
    """Raises OSError where nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(json.dumps(order).encode(), str(path))
