"""The clients of the storm as one process: upload, post, watch; then list everything they can see."""

import json
import sys
import threading
from pathlib import Path

from tests.chaos.clients import order, patience
from tests.chaos.clients.calling import Calling
from tests.chaos.clients.posting import Posting
from tests.chaos.clients.watching import Watching
from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox


def _obey(mailbox: Mailbox, posting: Posting, watching: Watching) -> None:
    """What the rig orders: to begin nothing new, or to wait for nothing any more."""
    while True:
        for told in mailbox.orders(1.0):
            posting.enough.set()
            if told["do"] == "finish":
                watching.give_up()


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text())
    journal = Journal(Path(given["journal"]))
    mailbox = Mailbox(Path(given["mailbox"]))
    callers = [Calling(given["url"], client, journal) for client in given["clients"]]
    for caller in callers:
        patience.prepare(caller)
    journal.write("begin")
    watching = Watching()
    posting = Posting(callers, given["deadline"], watching.watch)
    threading.Thread(target=_obey, args=(mailbox, posting, watching), daemon=True).start()
    orders = [order.of(given["seed"], number, len(callers)) for number in range(given["jobs"])]
    posting.post_all(orders, given["rate"])
    journal.write("posted")
    watching.wait()
    for caller in callers:
        patience.list_everything(caller, journal)
    journal.write("finished", unseen=watching.left)


if __name__ == "__main__":
    main()
