"""Where the stack of a data folder answers: kept from run to run, and known to that folder's commands."""

import json
import socket
from urllib.parse import urlsplit

from config.embedded import environment
from config.embedded.folders import Folders

FIRST_URL = "http://127.0.0.1:8000"


def known(folders: Folders) -> dict[str, str]:
    """Where the stack that runs here, or ran last, and its Studios answer; before the first run, a choice."""
    try:
        noted = json.loads((folders.data / "addresses.json").read_text())
    except FileNotFoundError:
        studio_url = _local(_free_port())
        return note(folders, FIRST_URL, studio_url, studio_url)
    return {str(name): str(value) for name, value in noted.items()}


def note(folders: Folders, url: str, studio_url: str, test_studio_url: str) -> dict[str, str]:
    """Tell the commands of this folder, and the next run, where the stack answers, and each mode's Studio."""
    addresses = {"PUBLIC_URL": url, "STUDIO_URL": studio_url, "STUDIO_TEST_URL": test_studio_url}
    environment.replace(folders.data / "addresses.json", json.dumps(addresses))
    return addresses


def for_studio(folders: Folders) -> str:
    """Where the reference Studio is to listen: as before, unless somebody else has taken that port."""
    port = urlsplit(known(folders)["STUDIO_URL"]).port
    return _local(_free_port(port or 0) or _free_port())


def listening(port: int) -> socket.socket:
    """A socket on 127.0.0.1 that queues connections from now on. Raises OSError where the port is taken."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    return _local(listener.getsockname()[1])


def _free_port(wanted: int = 0) -> int:
    """The wanted port if it is free, 0 if not; with 0, any that is free."""
    try:
        with listening(wanted) as probe:
            port: int = probe.getsockname()[1]
    except OSError:
        return 0
    return port


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"
