"""The clients of the storm as one process: upload, post, watch; then list everything they can see."""

import json
import sys
from pathlib import Path

from tests.chaos.clients import order, patience
from tests.chaos.clients.calling import Calling
from tests.chaos.clients.posting import Posting
from tests.chaos.clients.watching import Watching
from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox


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
    orders = [order.of(given["seed"], number, len(callers)) for number in range(given["jobs"])]
    posting.post_all(orders, given["rate"])
    journal.write("posted")
    told = False
    while watching.left and not told:
        told = any(mailbox.orders(0.2))
    for caller in callers:
        patience.list_everything(caller, journal)
    journal.write("finished", unseen=watching.left)


if __name__ == "__main__":
    main()
