"""Stands between the gateway and PostgreSQL: cuts connections at COMMIT as the seed says, or all of them."""

import asyncio
import json
import sys
from pathlib import Path

from tests.chaos import drawn
from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox

_COMMIT = b"COMMIT\0"
_CUTS = 0.004


class Proxy:
    """`place` is the folder of the socket that the gateway connects to, `server` that of the real one."""

    def __init__(self, place: Path, server: Path, journal: Journal, seed: int) -> None:
        self.place = place / ".s.PGSQL.5432"
        self.server = server / ".s.PGSQL.5432"
        self.journal = journal
        self.dice = drawn.by(seed, "commits")
        self.cuts = 0.0
        self.open: set[_Carrier] = set()
        self._listener: asyncio.Server | None = None

    async def listen(self) -> None:
        self.place.unlink(missing_ok=True)
        self._listener = await asyncio.get_running_loop().create_unix_server(
            lambda: _Carrier(self), str(self.place), backlog=256
        )

    def storm(self) -> None:
        """Cut some connections at COMMIT from now on."""
        self.cuts = _CUTS

    def calm(self) -> None:
        """Carry everything from now on."""
        self.cuts = 0.0

    def away(self, seconds: float) -> None:
        """Cut everything, and be unreachable for so long."""
        if self._listener:
            self._listener.close()
        self.place.unlink(missing_ok=True)
        for carrier in list(self.open):
            carrier.cut()
        asyncio.get_running_loop().call_later(seconds, lambda: asyncio.ensure_future(self.listen()))

    def fate(self) -> str:
        """What happens to a COMMIT: carried, or the connection cut before or after it arrived."""
        if self.dice.random() >= self.cuts:
            return "carried"
        fate = self.dice.choice(("cut before", "cut after"))
        self.journal.write("commit", fate=fate)
        return fate


class _Carrier(asyncio.Protocol):
    """One connection: this side is the gateway's."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.client: asyncio.Transport | None = None
        self.server: asyncio.Transport | None = None
        self.waiting: list[bytes] = []
        self.ends_with_answer = False
        self.reaching: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.client = transport
        self.proxy.open.add(self)
        self.reaching = asyncio.ensure_future(self._reach())

    async def _reach(self) -> None:
        try:
            self.server, _ = await asyncio.get_running_loop().create_unix_connection(
                lambda: _Answers(self), str(self.proxy.server)
            )
        except OSError:
            self.cut()
            return
        for data in self.waiting:
            self.server.write(data)

    def data_received(self, data: bytes) -> None:
        if _COMMIT in data:
            fate = self.proxy.fate()
            if fate == "cut before":
                self.cut()
                return
            self.ends_with_answer = fate == "cut after"
        if self.server:
            self.server.write(data)
        else:
            self.waiting.append(data)

    def answered(self, data: bytes) -> None:
        if self.ends_with_answer:
            self.cut()
        elif self.client:
            self.client.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.cut()

    def cut(self) -> None:
        self.proxy.open.discard(self)
        for side in (self.client, self.server):
            if side:
                side.close()


class _Answers(asyncio.Protocol):
    """The server's side of a connection."""

    def __init__(self, carrier: _Carrier) -> None:
        self.carrier = carrier

    def data_received(self, data: bytes) -> None:
        self.carrier.answered(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.carrier.cut()


async def _serve(given: dict[str, str], seed: int) -> None:
    journal = Journal(Path(given["journal"]))
    proxy = Proxy(Path(given["place"]), Path(given["server"]), journal, seed)
    mailbox = Mailbox(Path(given["mailbox"]))

    def obey() -> None:
        for order in mailbox.orders(0):
            getattr(proxy, order.pop("do"))(**order)

    asyncio.get_running_loop().add_reader(mailbox.socket, obey)
    await proxy.listen()
    await asyncio.Event().wait()


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    asyncio.run(_serve(told, told["seed"]))
