"""How to go on from here."""

from urllib.parse import urlsplit

from config.demo import login
from config.demo.commandline import manage
from config.demo.places import Places, shown
from config.demo.screen import Screen

NOT_OURS = f"{login.USERNAME}, with the password that it was given elsewhere"


def show(screen: Screen, where: Places, url: str, entry: login.Login) -> None:
    """The same address again, so that the curl lines above work as they stand."""
    data = shown(where.data)
    screen.headline("What it made")
    screen.facts(
        {
            "result": shown(where.result),
            "contact sheet": shown(where.sheet),
            "answers, ledger, times": shown(where.record),
        }
    )
    screen.headline("How to go on")
    screen.line("Serve the same data at the same address; the curl lines above then work as they stand")
    screen.line("(but for the signed link, which expires after five minutes):")
    screen.command(manage("run", "--data", data, "--port", str(urlsplit(url).port)))
    screen.line()
    screen.facts(
        {
            "Admin": f"{url}/admin/",
            "Login": f"{login.USERNAME}, password {entry.password}" if entry.works else NOT_OURS,
            "API docs": f"{url}/v1/docs",
        }
    )
    screen.line()
    screen.line("A client of your own, with 50 credits:")
    screen.command(manage("create_client", "NAME", "--credits", "50", "--data", data))
    screen.line("All commands:")
    screen.command(manage("help"))
