"""Every command of the project: `python3 manage.py help`. Needs only Python: it makes its own environment."""

import os
import sys

if __name__ == "__main__":
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        sys.exit(
            "This needs Python 3.11 to 3.14, and " + sys.executable + " is " + sys.version.split()[0] + "."
        )
    if os.name != "posix":
        sys.exit("This runs on Linux and macOS; on Windows, use it inside WSL.")

    from config.embedded import bootstrap

    bootstrap.enter_environment(sys.argv[1:])

    from config.embedded import commands

    commands.run(sys.argv)
