"""The connection to PostgreSQL is cut at COMMIT: the client is told what really happened."""

import select
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from billing.models import LedgerEntry
from tests.lives.conftest import World
from workflows import audit
from workflows.models import Job, RequestLog


class Cutter:
    """Stands between Django and PostgreSQL's socket; cuts one connection at its first COMMIT."""

    def __init__(self, folder: Path, server: Path, *, commit_arrives: bool) -> None:
        self.server, self.commit_arrives = server, commit_arrives
        self.armed = False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self.server))
            while True:
                readable, _, _ = select.select([client, server], [], [])
                for source in readable:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and self.armed and b"COMMIT" in data:
                        self.armed = False
                        if self.commit_arrives:
                            server.sendall(data)
                            server.recv(65536)
                        return
                    (server if source is client else client).sendall(data)


@pytest.fixture
def cutter(world: World, request: pytest.FixtureRequest) -> Iterator[Cutter]:
    options = connections.settings["default"]["OPTIONS"]
    host = options["host"]
    # pytest's own folders can be longer than a socket's path may be.
    folder = Path(tempfile.mkdtemp(prefix="cut-"))
    made = Cutter(folder, Path(host) / ".s.PGSQL.5432", commit_arrives=request.param)
    connections.close_all()
    options["host"] = str(folder)
    yield made
    connections.close_all()
    options["host"] = host
    made.listener.close()
    (folder / ".s.PGSQL.5432").unlink()
    folder.rmdir()


def _post(world: World, cutter: Cutter) -> Any:
    connection.ensure_connection()
    cutter.armed = True
    return world.http.post(
        "/v1/background-swap-with-image",
        world.body,
        content_type="application/json",
        headers={"Idempotency-Key": "order-1"},
    )


@pytest.mark.parametrize("cutter", [True], indirect=True)
def test_a_commit_that_arrived_is_a_202(world: World, cutter: Cutter) -> None:
    answer = _post(world, cutter)
    assert answer.status_code == 202
    assert Job.objects.get().id == answer.json()["job_id"]
    assert RequestLog.objects.get(job_id=answer.json()["job_id"]).status == 202
    assert world.balance() == 95
    assert audit.audit().breaches == []


@pytest.mark.parametrize("cutter", [False], indirect=True)
def test_a_commit_that_never_arrived_is_a_503_and_charges_nothing(world: World, cutter: Cutter) -> None:
    answer = _post(world, cutter)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert not Job.objects.exists()
    assert not LedgerEntry.objects.filter(kind="CHARGE").exists()
    log = RequestLog.objects.get(id=answer["X-Request-Id"])
    assert (log.error_code, log.job_id, log.credits) == ("SERVICE_UNAVAILABLE", None, 0)
    assert (log.workflow, log.idempotency_key) == ("background-swap-with-image", "order-1")
    assert world.balance() == 100
