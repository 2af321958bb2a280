"""A door between the gateway and PostgreSQL's socket, which a test shuts, blocks, or slams at a word."""

import contextlib
import select
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

SOCKET = ".s.PGSQL.5432"
# Then what is blocked passes all the same, so that a wait without an end fails its test instead of staying.
LONGEST = 30.0


class Door:
    """Open at first. Whoever is to go through it connects to the socket in `folder`."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self._server = server / SOCKET
        self._passable = threading.Event()
        self._word: bytes | None = None
        self._word_arrives = self._for_good = False
        self._through: set[socket.socket] = set()
        self.open()

    def open(self) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen(64)
        self._passable.set()
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Cut those inside; whoever comes is refused, as by a server that is down."""
        (self.folder / SOCKET).unlink()
        self._listener.close()
        for end in list(self._through):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def block(self) -> None:
        """Take whoever comes, keep those inside, and pass on nothing, as a server that hangs."""
        self._passable.clear()

    def unblock(self) -> None:
        self._passable.set()

    def cut_at(self, word: bytes, *, arrives: bool, for_good: bool = False) -> None:
        """Cut the next connection that says this word, before or after the server has done it.

        `for_good` shuts the door as well.
        """
        self._word, self._word_arrives, self._for_good = word, arrives, for_good

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(str(self._server))
            self._through |= {client, server}
            while self._pass_on(client, server):
                pass
            self._through -= {client, server}

    def _pass_on(self, client: socket.socket, server: socket.socket) -> bool:
        """What one side said, to the other. False where that was the end."""
        readable, _, _ = select.select([client, server], [], [])
        source = readable[0]
        data = source.recv(65536)
        self._passable.wait(LONGEST)
        if source is client and self._word is not None and self._word in data:
            self._word = None
            if self._word_arrives:
                server.sendall(data)
                server.recv(65536)
            if self._for_good:
                self.shut()
            return False
        (server if source is client else client).sendall(data)
        return bool(data)


@contextlib.contextmanager
def before(server: Path) -> Iterator[Door]:
    """A door before the server whose socket lies in this folder."""
    # pytest's own folders can be longer than a socket's path may be.
    with tempfile.TemporaryDirectory(prefix="door-") as folder:
        door = Door(Path(folder), server)
        try:
            yield door
        finally:
            door.unblock()
            with contextlib.suppress(FileNotFoundError):
                door.shut()


def folder_of(url: str) -> Path:
    """Where the socket of a database URL lies."""
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def through(door: Door, url: str) -> str:
    """The same database, reached through the door."""
    parts = urlsplit(url)
    query = {**parse_qs(parts.query), "host": [str(door.folder)]}
    return parts._replace(query=urlencode(query, doseq=True)).geturl()
