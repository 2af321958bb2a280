"""The clients of the storm as one process: upload, post, watch; then list everything they can see."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.chaos.clients import order
from tests.chaos.clients.calling import Calling
from tests.chaos.clients.posting import Posting
from tests.chaos.clients.watching import Watching
from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox
from tests.chaos.studio import pictures

_PAGE = 100


def _prepare(caller: Calling) -> None:
    """What its orders name: an upload of its own, a background, a preset."""
    source = ("source.jpg", pictures.of(caller.name), "image/jpeg")
    uploaded = _until(caller, "POST", "/v1/uploads", files={"file": source})
    backgrounds = _until(caller, "GET", "/v1/catalog/backgrounds")
    caller.body = {
        "source_image_s3_key": uploaded["upload_key"],
        "background_image_public_id": backgrounds["backgrounds"][0]["public_id"],
        "output_preset": "marketplace-square",
    }


def _until(caller: Calling, method: str, path: str, **more: Any) -> dict[str, Any]:
    """The answer, asked for as often as it takes while processes are being killed."""
    for _ in range(200):
        answer = caller.ask(method, path, **more)
        if answer is not None and answer.status_code < 300:
            found: dict[str, Any] = answer.json()
            return found
        if answer is not None and answer.status_code < 500:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        time.sleep(0.1)
    raise RuntimeError(f"{method} {path} was never answered")


def _list(caller: Calling, journal: Journal) -> None:
    """Every job and the balance, as this client is shown them in the end."""
    offset, jobs = 0, []
    while True:
        page = _until(caller, "GET", f"/v1/jobs?limit={_PAGE}&offset={offset}")["jobs"]
        jobs += page
        offset += _PAGE
        if len(page) < _PAGE:
            break
    for job in jobs:
        caller.saw(job)
    balance = _until(caller, "GET", "/v1/credits")["balance"]
    journal.write("in the end", client=caller.name, balance=balance, jobs=len(jobs))


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text())
    journal = Journal(Path(given["journal"]))
    mailbox = Mailbox(Path(given["mailbox"]))
    callers = [Calling(given["url"], client, journal) for client in given["clients"]]
    for caller in callers:
        _prepare(caller)
    journal.write("begin")
    watching = Watching()
    posting = Posting(callers, given["deadline"], watching.watch)
    orders = [order.of(given["seed"], number, len(callers)) for number in range(given["jobs"])]
    posting.post_all(orders, given["rate"])
    journal.write("posted")
    told = False
    while watching.left and not told:
        told = any(mailbox.orders(0.2))
    for caller in callers:
        _list(caller, journal)
    journal.write("finished", unseen=watching.left)


if __name__ == "__main__":
    main()
