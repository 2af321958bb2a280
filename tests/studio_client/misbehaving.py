"""An HTTP server in this process whose every byte is chosen by the test."""

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[[socket.socket], None]


@dataclass
class Server:
    """Its address, and the head of each request it got."""

    url: str
    requests: list[bytes] = field(default_factory=list)


class _TCPServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def serving(*answers: bytes | Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Answers the first request with the first of ``answers``, and so on; the last one goes on for ever."""
    server = Server("")

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError, ssl.SSLError), _secured(self.request, tls) as connection:
                server.requests.append(_request(connection))
                answer = answers[min(len(server.requests), len(answers)) - 1]
                if isinstance(answer, bytes):
                    connection.sendall(answer)
                else:
                    answer(connection)

    with _TCPServer(("127.0.0.1", 0), Connection) as listening:
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def answer(status: str, content: bytes | object, *headers: str) -> bytes:
    """A whole answer; anything but bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def refusal(status: str, code: str, *headers: str, **more: object) -> bytes:
    """An answer with Studio's error envelope."""
    error = {"code": code, "message": "no", "retryable": False, "stage": None, "reasons": [], **more}
    return answer(status, {"error": error}, *headers)


def dribbling(head: bytes, drop: bytes = b" ", pause_s: float = 0.05) -> Script:
    """Sends ``head``, then ``drop`` again and again while the caller listens, at most ten seconds."""

    def dribble(connection: socket.socket) -> None:
        connection.sendall(head)
        never = threading.Event()
        for _ in range(int(10 / pause_s)):
            never.wait(pause_s)
            connection.sendall(drop)

    return dribble


def _secured(connection: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return tls.wrap_socket(connection, server_side=True) if tls else connection


def _request(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
