"""`docs/sdks.md`, and somebody who follows it to the letter."""

import re
import shutil
from pathlib import Path

from config.embedded.bootstrap import ROOT
from config.embedded.folders import VARIABLE
from config.embedded.stack import Stack
from tests import servers
from tests.sdk import newcomers

PATH = ROOT / "docs" / "sdks.md"
START = "A gateway to talk to"
PROGRAMS = {"python": "swap.py", "typescript": "swap.mjs"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[str, str]]:
    """Language and text of each block."""
    return _BLOCK.findall(text)


def sections() -> dict[str, list[tuple[str, str]]]:
    """The blocks under each heading."""
    parts = re.split(r"^## (.+)$", PATH.read_text(), flags=re.MULTILINE)
    return {name: blocks(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def follow(name: str, folder: Path, stack: Stack) -> str:
    """Do all that a section says, on a gateway that runs; what was said. `folder` stands for a checkout."""
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    # Not a link: npm gets lost in one, and our own folders stay as they are.
    installed = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
    shutil.copytree(ROOT / "sdks", folder / "sdks", ignore=installed)
    steps = ["set -euo pipefail", *(text for language, text in sections()[START] if language == "bash")]
    for language, text in sections()[name]:
        if language == "bash":
            steps.append(text)
        else:
            (folder / PROGRAMS[language]).write_text(text)
    script = "\n".join(steps).replace("http://127.0.0.1:8000", stack.url)
    # One gateway for all who follow the page.
    script = script.replace("create_client Newcomer", f"create_client 'Newcomer, {name}'")
    outside = {**servers.environment_outside(), VARIABLE: str(stack.folders.data)}
    return newcomers.run(["bash", "-c", script], folder, outside)
