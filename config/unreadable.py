"""What gunicorn can't read as HTTP is refused by the API's envelope too, not by a page of gunicorn's."""

import json
import socket
from http import HTTPStatus

from gunicorn import util

from clients import ulids
from clients.api import errors


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """Stands in for gunicorn's function of this name, for which it has no setting."""
    is_ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
    refusal = errors.InternalError() if is_ours else errors.MalformedRequest(message[:300])
    request_id = ulids.new()
    body = json.dumps(refusal.body(request_id)).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Request-Id: {request_id}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin-1") + body)
