"""The caller's side: serves pictures, takes uploads and callbacks, and fails when it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.studio_client import pictures


@dataclass
class Files:
    """What is served and what has arrived, by path without its query.

    ``troubles`` are statuses that a path answers with before it works again; a held path waits for its event.
    """

    url: str
    served: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    callbacks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    troubles: dict[str, list[int]] = field(default_factory=dict)
    held: dict[str, threading.Event] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """``host:port``, as allow-lists have it."""
        return self.url.partition("://")[2]

    def hold(self, path: str, content: bytes) -> str:
        """Serve ``content`` at ``path`` only once :meth:`release` has been called; returns the URL."""
        self.served[path] = content
        self.held[path] = threading.Event()
        return self.url + path

    def release(self, path: str) -> None:
        self.held[path].set()

    def put(self, path: str, content: bytes) -> str:
        """Serve ``content`` at ``path``; returns the URL."""
        self.served[path] = content
        return self.url + path


@contextmanager
def serving(port: int = 0, public_url: str | None = None) -> Iterator[Files]:
    """A server on loopback; ``public_url`` is where Studio reaches it, if not there."""
    files = Files("")
    with _Server(port, files) as server:
        files.url = public_url or f"http://127.0.0.1:{server.server_port}"
        files.put("/subject.jpg", pictures.subject())
        files.put("/wall.jpg", pictures.wall())
        files.put("/background.jpg", pictures.background())
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield files
        finally:
            for gate in files.held.values():
                gate.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, port: int, files: Files) -> None:
        super().__init__(("127.0.0.1", port), _Exchange)
        self.files = files


class _Exchange(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        files, path = self.server.files, self._arrived()
        if path in files.held:
            files.held[path].wait(20)
        content = files.served.get(path)
        self._answer(self._trouble(path) or (404 if content is None else 200), content or b"")

    def do_PUT(self) -> None:
        path = self._arrived()
        content = self._content()
        status = self._trouble(path) or 200
        if status == 200:
            self.server.files.uploads[path] = (content, self.headers["Content-Type"])
        self._answer(status)

    def do_POST(self) -> None:
        path = self._arrived()
        self.server.files.callbacks.append((dict(self.headers), self._content()))
        self._answer(self._trouble(path) or 204)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on standard error for each request."""

    def _arrived(self) -> str:
        self.server.files.requests.append(self.path)
        return self.path.partition("?")[0]

    def _content(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _trouble(self, path: str) -> int | None:
        troubles = self.server.files.troubles.get(path)
        return troubles.pop(0) if troubles else None

    def _answer(self, status: int, content: bytes = b"") -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{self.server.files.url}/subject.jpg")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
